// SPDX-License-Identifier: Apache-2.0
pragma solidity >=0.4.22 <0.9.0;

/// Checkpoints of logs, in the order in which they were anchored 锚定. docs/spec/anchor.md
contract Anchor {
    /// originHash is the SHA-256 of the log's origin, by is who anchored.
    event Anchored(bytes32 indexed originHash, address indexed by, uint64 size, bytes32 root);

    function anchor(bytes32 originHash, uint64 size, bytes32 root) external {
        emit Anchored(originHash, msg.sender, size, root);
    }
}
