package catalog

import (
	"bytes"
	"cmp"
	"io"
	"slices"
)

// checkLayout sorts the entries by their place in the archive, sets where
// their data begins, and refuses the archive unless they fill it from its
// first byte to the directory without gap or overlap, each with a local header
// that agrees with the directory.
func checkLayout(r io.ReaderAt, entries []zipEntry, end int64) error {
	slices.SortStableFunc(entries, func(a, b zipEntry) int { return cmp.Compare(a.offset, b.offset) })
	if entries[0].offset != 0 {
		return badArchive("Something stands before the first file in the zip. %s", remake)
	}
	for i := range entries {
		e, next := &entries[i], end
		if i+1 < len(entries) {
			next = entries[i+1].offset
		}
		if err := checkLocal(r, e, next); err != nil {
			return err
		}
		gap := next - e.data - e.packed
		switch {
		case gap < 0:
			return overlap(e)
		case e.flags&flagDescriptor != 0:
			if err := checkDescriptor(r, e, gap); err != nil {
				return err
			}
		case gap > 0:
			return badArchive("After %s there are %d bytes that belong to no file. %s", shown(e.name), gap, remake)
		}
	}
	return nil
}

// checkLocal compares an entry's local header with the directory and sets
// where the data begins, which is not beyond next.
func checkLocal(r io.ReaderAt, e *zipEntry, next int64) error {
	h := make([]byte, localLen)
	if err := readAt(r, h, e.offset); err != nil {
		return err
	}
	if string(h[:4]) != localSignature {
		return badArchive("%s is not where the zip's directory says. %s", shown(e.name), remake)
	}
	nameLen := int64(le.Uint16(h[26:]))
	e.data = e.offset + localLen + nameLen + int64(le.Uint16(h[28:]))
	if e.data > next {
		return overlap(e)
	}
	rest := make([]byte, e.data-e.offset-localLen)
	if err := readAt(r, rest, e.offset+localLen); err != nil {
		return err
	}
	if name := string(rest[:nameLen]); name != e.name {
		return badArchive("The zip's directory names %s, the file itself %s. %s", shown(e.name), shown(name), remake)
	}
	packed, size := uint64(le.Uint32(h[18:])), uint64(le.Uint32(h[22:]))
	if err := readExtra(rest[nameLen:], e.name, &size, &packed); err != nil {
		return err
	}
	// With a descriptor, sizes and checksum may still be unknown here.
	later := e.flags&flagDescriptor != 0
	agree := func(local, directory uint64) bool { return local == directory || later && local == 0 }
	if le.Uint16(h[8:]) != e.method || (le.Uint16(h[6:])^e.flags)&(flagEncrypted|flagDescriptor) != 0 ||
		!agree(uint64(le.Uint32(h[14:])), uint64(e.crc)) || !agree(packed, uint64(e.packed)) || !agree(size, uint64(e.size)) {
		return badArchive("The zip's directory and the file itself disagree about %s. %s", shown(e.name), remake)
	}
	return nil
}

// checkDescriptor compares the n bytes after an entry's data, its checksum and
// sizes as a streaming tool writes them, with the directory. The signature is
// optional, and the sizes have 4 or 8 bytes: n tells which.
func checkDescriptor(r io.ReaderAt, e *zipEntry, n int64) error {
	var want []byte
	if n == 16 || n == 24 {
		want = append(want, descriptorSignature...)
	}
	want = le.AppendUint32(want, e.crc)
	if n <= 16 {
		want = le.AppendUint32(le.AppendUint32(want, uint32(e.packed)), uint32(e.size))
	} else {
		want = le.AppendUint64(le.AppendUint64(want, uint64(e.packed)), uint64(e.size))
	}
	got := make([]byte, len(want))
	if n == int64(len(want)) {
		if err := readAt(r, got, e.data+e.packed); err != nil {
			return err
		}
	}
	if !bytes.Equal(got, want) {
		return badArchive("What follows %s does not fit it. %s", shown(e.name), remake)
	}
	return nil
}

func overlap(e *zipEntry) error {
	return badArchive("%s overlaps what follows it in the zip. %s", shown(e.name), remake)
}
