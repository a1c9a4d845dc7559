// sumdb_check KEY LOG PROOFS OLDER CONSISTENCY: an exported log, a bundle of proofs, and a proof of consistency with an older checkpoint,
// by Go's own implementation of signed notes and of the tree. Exits 1 with the first thing that is not right.
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error, what ...interface{}) {
	if err != nil {
		fmt.Fprintln(os.Stderr, append(what, err)...)
		os.Exit(1)
	}
}

func fail(what ...interface{}) {
	fmt.Fprintln(os.Stderr, what...)
	os.Exit(1)
}

func read(file string) []byte {
	data, err := os.ReadFile(file)
	must(err)
	return data
}

// A checkpoint as c2sp.org/tlog-checkpoint has it: origin, size, root.
func open(verifiers note.Verifiers, origin string, data []byte, what string) tlog.Tree {
	opened, err := note.Open(data, verifiers)
	must(err, what)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != origin || lines[3] != "" {
		fail(what, "is no checkpoint of", origin)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err, what)
	root, err := tlog.ParseHash(lines[2])
	must(err, what)
	return tlog.Tree{N: size, Hash: root}
}

// The tiles of the export: C2SP's names lack the height, which Go's have.
type tiles struct{ folder string }

func (t tiles) Height() int { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {
}
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(t.folder, path))
		if err != nil {
			return nil, err
		}
		out = append(out, data)
	}
	return out, nil
}

func bundle(folder string, number, size int64) [][]byte {
	tile := tlog.Tile{H: 8, L: 0, N: number, W: 256}
	if left := size - number*256; left < 256 {
		tile.W = int(left)
	}
	data := read(filepath.Join(folder, strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)))
	var out [][]byte
	for len(data) > 0 {
		length := int(binary.BigEndian.Uint16(data))
		out = append(out, data[2:2+length])
		data = data[2+length:]
	}
	if len(out) != tile.W {
		fail("a bundle of", len(out), "records")
	}
	return out
}

func hashes(lines []string) []tlog.Hash {
	var out []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		must(err, line)
		out = append(out, hash)
	}
	return out
}

func main() {
	key, folder, proofs, older, consistency := os.Args[1], os.Args[2], os.Args[3], os.Args[4], os.Args[5]
	verifier, err := note.NewVerifier(key)
	must(err)
	verifiers := note.VerifierList(verifier)
	tree := open(verifiers, verifier.Name(), read(filepath.Join(folder, "checkpoint")), "checkpoint")

	// The root, from every record.
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, index := range indexes {
			out = append(out, stored[index])
		}
		return out, nil
	})
	var records [][]byte
	for number := int64(0); number*256 < tree.N; number++ {
		records = append(records, bundle(folder, number, tree.N)...)
	}
	for i, record := range records {
		added, err := tlog.StoredHashes(int64(i), record, reader)
		must(err)
		stored = append(stored, added...)
	}
	root, err := tlog.TreeHash(tree.N, reader)
	must(err)
	if root != tree.Hash {
		fail("the records lead to another root")
	}

	// Every tile, as Go authenticates them against the root, and as the records make them.
	byTiles := tlog.TileHashReader(tree, tiles{folder})
	for i := int64(0); i < tree.N; i++ {
		read, err := byTiles.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
		must(err, "tiles")
		if read[0] != tlog.RecordHash(records[i]) {
			fail("a tile has another hash for", i)
		}
	}

	// Inclusion.
	files, err := filepath.Glob(filepath.Join(proofs, "*.tlog-proof"))
	must(err)
	if len(files) == 0 {
		fail("no proofs")
	}
	for _, file := range files {
		data := read(file)
		at := bytes.Index(data, []byte("\n\n"))
		if at < 0 {
			fail(file, "has no checkpoint")
		}
		lines := strings.Split(string(data[:at]), "\n")
		if lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
			fail(file, "is no proof")
		}
		index, err := strconv.ParseInt(lines[1][len("index "):], 10, 64)
		must(err, file)
		signed := open(verifiers, verifier.Name(), data[at+2:], file)
		record := read(strings.TrimSuffix(file, ".tlog-proof") + ".record")
		must(tlog.CheckRecord(hashes(lines[2:]), signed.N, signed.Hash, index, tlog.RecordHash(record)), file)
	}

	// Consistency.
	old := open(verifiers, verifier.Name(), read(older), older)
	data := read(consistency)
	at := bytes.Index(data, []byte("\n\n"))
	if at < 0 {
		fail(consistency, "has no checkpoint")
	}
	lines := strings.Split(string(data[:at]), "\n")
	if lines[0] != "old "+strconv.FormatInt(old.N, 10) {
		fail(consistency, "is from another size")
	}
	fresh := open(verifiers, verifier.Name(), data[at+2:], consistency)
	must(tlog.CheckTree(hashes(lines[1:]), fresh.N, fresh.Hash, old.N, old.Hash), consistency)
	fmt.Printf("%d records, root %s, %d proofs, consistent with size %d\n", tree.N, base64.StdEncoding.EncodeToString(root[:]), len(files), old.N)
}
