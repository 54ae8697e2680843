// A client and a writer of transparency logs on golang.org/x/mod/sumdb alone: no line of it is the product's.
//
//	read VKEY FOLDER [CHECKPOINT...]   verify a log: signature, entries, inclusion, growth since the older checkpoints
//	notes                          read notes from standard input, each after its length in four bytes: what is a note, and its text's length
//	write FOLDER NAME SIZE...          write a log of so many entries, a checkpoint at each size, a proof of its last entry
//
// tests/against/go_client.py runs it. Both end with 1 and a reason when something is wrong.
package main

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

func main() {
	log.SetFlags(0)
	if len(os.Args) > 3 && os.Args[1] == "read" {
		read(os.Args[2], os.Args[3], os.Args[4:])
	} else if len(os.Args) > 4 && os.Args[1] == "write" {
		write(os.Args[2], os.Args[3], os.Args[4:])
	} else if len(os.Args) == 2 && os.Args[1] == "notes" {
		notes()
	} else {
		log.Fatal("notes | read VKEY FOLDER [CHECKPOINT...] | write FOLDER NAME SIZE...")
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// path is that of c2sp.org/tlog-tiles: sumdb's own, tile/<H>/<L>/<N>, without the height.
func path(t tlog.Tile) string {
	return strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", t.H), "tile/", 1)
}

// bundle is the path of the entries below a tile of level 0.
func bundle(t tlog.Tile) string {
	return strings.Replace(path(t), "tile/0/", "tile/entries/", 1)
}

// folder reads the tiles of a log that lies in a folder.
type folder string

func (f folder) Height() int                         { return height }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, t := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), path(t)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

// entry reads an entry from its bundle: each after its length in two bytes.
func (f folder) entry(size, index int64) ([]byte, error) {
	t := tlog.Tile{H: height, N: index >> height, W: 1 << height}
	if last := size - t.N<<height; last < 1<<height {
		t.W = int(last)
	}
	data, err := os.ReadFile(filepath.Join(string(f), bundle(t)))
	for at := int64(0); err == nil; at++ {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("the bundle of entry %d is cut short", index)
		}
		length := 2 + int(binary.BigEndian.Uint16(data))
		if at == index%(1<<height) {
			return data[2:length], nil
		}
		data = data[length:]
	}
	return nil, err
}

// checkpoint opens a checkpoint by the one key and tells how many signatures it passed over.
func checkpoint(file, vkey string) (string, tlog.Tree, int) {
	data, err := os.ReadFile(file)
	must(err)
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open(data, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	if lines[0] != verifier.Name() {
		log.Fatalf("the origin is %q, the key is of %q", lines[0], verifier.Name())
	}
	return lines[0], tlog.Tree{N: size, Hash: root}, len(opened.UnverifiedSigs)
}

func read(vkey, where string, older []string) {
	origin, tree, unknown := checkpoint(filepath.Join(where, "checkpoint"), vkey)
	reader := tlog.TileHashReader(tree, folder(where))
	root, err := tlog.TreeHash(tree.N, reader)
	must(err)
	if root != tree.Hash {
		log.Fatal("the root is not that of the checkpoint")
	}
	step, read := 1+tree.N/2000, 0
	for index := int64(0); index < tree.N; index += step {
		data, err := folder(where).entry(tree.N, index)
		must(err)
		proof, err := tlog.ProveRecord(tree.N, index, reader)
		must(err)
		must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(data)))
		read++
	}
	var grown []int64
	for _, file := range older {
		_, old, _ := checkpoint(file, vkey)
		proof, err := tlog.ProveTree(tree.N, old.N, reader)
		must(err)
		must(tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash))
		grown = append(grown, old.N)
	}
	must(json.NewEncoder(os.Stdout).Encode(map[string]any{
		"origin": origin, "size": tree.N, "read": read, "grown": grown, "unknown": unknown,
	}))
}

func notes() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	defer out.Flush()
	var length uint32
	for binary.Read(in, binary.BigEndian, &length) == nil {
		data := make([]byte, length)
		_, err := io.ReadFull(in, data)
		must(err)
		_, err = note.Open(data, note.VerifierList())
		var found *note.UnverifiedNoteError
		if errors.As(err, &found) {
			fmt.Fprintln(out, len(found.Note.Text))
		} else {
			fmt.Fprintln(out, "none")
		}
	}
}

// hashes keeps the hashes of a tree in memory, in the order in which sumdb stores them.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var found []tlog.Hash
	for _, index := range indexes {
		found = append(found, h[index])
	}
	return found, nil
}

func write(where, name string, sizes []string) {
	secret, vkey, err := note.GenerateKey(rand.Reader, name)
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	var kept hashes
	var entries [][]byte
	before := int64(0)
	for _, given := range sizes {
		size, err := strconv.ParseInt(given, 10, 64)
		must(err)
		for index := before; index < size; index++ {
			entries = append(entries, []byte(fmt.Sprintf("entry %d of Go", index)))
			more, err := tlog.StoredHashes(index, entries[index], kept)
			must(err)
			kept = append(kept, more...)
		}
		for _, t := range tlog.NewTiles(height, before, size) {
			data, err := tlog.ReadTileData(t, kept)
			must(err)
			save(where, path(t), data)
			if t.L == 0 {
				var packed bytes.Buffer
				for _, entry := range entries[t.N<<height : t.N<<height+int64(t.W)] {
					must(binary.Write(&packed, binary.BigEndian, uint16(len(entry))))
					packed.Write(entry)
				}
				save(where, bundle(t), packed.Bytes())
			}
		}
		root, err := tlog.TreeHash(size, kept)
		must(err)
		signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", name, size, root)}, signer)
		must(err)
		save(where, "checkpoint", signed)
		save(where, fmt.Sprintf("checkpoint.%d", size), signed)
		proof, err := tlog.ProveRecord(size, size-1, kept)
		must(err)
		text := fmt.Sprintf("c2sp.org/tlog-proof@v1\nindex %d\n", size-1)
		for _, hash := range proof {
			text += hash.String() + "\n"
		}
		save(where, "last.tlog-proof", append([]byte(text+"\n"), signed...))
		before = size
	}
	fmt.Println(vkey)
}

func save(where, below string, data []byte) {
	file := filepath.Join(where, below)
	must(os.MkdirAll(filepath.Dir(file), 0o755))
	must(os.WriteFile(file, data, 0o644))
}
