"""What is kept 存证账本: table contracts, originals, the journal, the evidence store."""
