package catalog

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
)

// archive/zip reads what it can; this reads what every zip reader agrees on,
// and it knows where entries begin, which archive/zip does not tell. Names and
// offsets of fields are from PKWARE's APPNOTE.TXT, section 4.3.

const (
	localSignature        = "PK\x03\x04"
	directorySignature    = "PK\x01\x02"
	descriptorSignature   = "PK\x07\x08"
	endSignature          = "PK\x05\x06"
	end64Signature        = "PK\x06\x06"
	end64LocatorSignature = "PK\x06\x07"

	localLen        = 30 // each without what varies in length
	directoryLen    = 46
	endLen          = 22
	end64Len        = 56
	end64LocatorLen = 20

	extraZip64 = 0x0001
	extraName  = 0x7075 // a second name, which some readers prefer

	remake = "The file is damaged or made by a faulty tool: make the zip again and upload that."
)

var le = binary.LittleEndian

// zipDirectory says where the central directory is.
type zipDirectory struct {
	offset, size int64
	count        int
}

// zipEntry is one entry as the central directory describes it. Its sizes and
// offsets lie within the limits, so that sums of them cannot overflow.
type zipEntry struct {
	name          string
	flags, method uint16
	attributes    uint32
	crc           uint32
	packed, size  int64 // of the data in the archive and unpacked
	offset        int64 // of the local header
	data          int64 // offset of the data; set by checkLayout
}

// readEnd finds the central directory through the record at the archive's very
// end.
func readEnd(r io.ReaderAt, size int64) (zipDirectory, error) {
	tail := make([]byte, min(max(size, 0), endLen+math.MaxUint16))
	start := size - int64(len(tail))
	if err := readAt(r, tail, start); err != nil {
		return zipDirectory{}, err
	}
	at := bytes.LastIndex(tail, []byte(endSignature))
	if at < 0 || len(tail)-at < endLen {
		return zipDirectory{}, badArchive("This is not a zip file, or its end is missing. Upload the whole zip.")
	}
	end := tail[at:]
	if endLen+int(le.Uint16(end[20:])) != len(end) {
		return zipDirectory{}, badArchive("The zip does not end where its directory says: something was added or cut off. %s", remake)
	}
	disks := uint64(le.Uint16(end[4:])) | uint64(le.Uint16(end[6:]))
	here, count := uint64(le.Uint16(end[8:])), uint64(le.Uint16(end[10:]))
	length, offset := uint64(le.Uint32(end[12:])), uint64(le.Uint32(end[16:]))

	// In a large archive a second record stands before the end, with a locator
	// between them.
	stop := start + int64(at)
	if locator := stop - end64LocatorLen; locator >= end64Len {
		b := make([]byte, end64Len+end64LocatorLen)
		if err := readAt(r, b, locator-end64Len); err != nil {
			return zipDirectory{}, err
		}
		if loc := b[end64Len:]; string(loc[:4]) == end64LocatorSignature {
			stop = locator - end64Len
			agree := func(short, sentinel, long uint64) bool { return short == sentinel || short == long }
			if string(b[:4]) != end64Signature || le.Uint64(b[4:]) != end64Len-12 || le.Uint64(loc[8:]) != uint64(stop) ||
				!agree(count, math.MaxUint16, le.Uint64(b[32:])) ||
				!agree(length, math.MaxUint32, le.Uint64(b[40:])) ||
				!agree(offset, math.MaxUint32, le.Uint64(b[48:])) {
				return zipDirectory{}, badArchive("The zip has two end records that disagree. %s", remake)
			}
			disks = uint64(le.Uint32(b[16:])) | uint64(le.Uint32(b[20:])) | uint64(le.Uint32(loc[4:]))
			here, count = le.Uint64(b[24:]), le.Uint64(b[32:])
			length, offset = le.Uint64(b[40:]), le.Uint64(b[48:])
		}
	}

	switch {
	case disks != 0 || here != count:
		return zipDirectory{}, badArchive("The zip is split into several files. Make a single one.")
	case count > maxEntries:
		return zipDirectory{}, badArchive("The zip has more than %d files and folders. Leave out what customers do not need.", maxEntries)
	case length > maxDirectoryBytes:
		return zipDirectory{}, badArchive("The zip's directory is larger than %d MiB. Shorten the names of files, or leave out what customers do not need.", maxDirectoryBytes>>20)
	case offset > uint64(stop) || offset+length != uint64(stop):
		return zipDirectory{}, badArchive("The zip's directory is not where its end says: something was put before the zip or into it. %s", remake)
	}
	return zipDirectory{offset: int64(offset), size: int64(length), count: int(count)}, nil
}

// readDirectory returns the entries in the directory's order.
func readDirectory(r io.ReaderAt, dir zipDirectory) ([]zipEntry, error) {
	b := make([]byte, dir.size)
	if err := readAt(r, b, dir.offset); err != nil {
		return nil, err
	}
	wrong := func() error { return badArchive("The zip's directory does not fit its entries. %s", remake) }
	entries := make([]zipEntry, 0, min(dir.count, len(b)/directoryLen))
	for range dir.count {
		if len(b) < directoryLen || string(b[:4]) != directorySignature {
			return nil, wrong()
		}
		h, rest := b[:directoryLen], b[directoryLen:]
		nameLen, extraLen, commentLen := int(le.Uint16(h[28:])), int(le.Uint16(h[30:])), int(le.Uint16(h[32:]))
		if len(rest) < nameLen+extraLen+commentLen {
			return nil, wrong()
		}
		name, extra := string(rest[:nameLen]), rest[nameLen:nameLen+extraLen]
		b = rest[nameLen+extraLen+commentLen:]

		packed, size, offset := uint64(le.Uint32(h[20:])), uint64(le.Uint32(h[24:])), uint64(le.Uint32(h[42:]))
		if err := readExtra(extra, name, &size, &packed, &offset); err != nil {
			return nil, err
		}
		if size > maxUnpackedBytes {
			return nil, badArchive("%s unpacks to more than %d MiB. Leave it out.", shown(name), maxUnpackedBytes>>20)
		}
		if limit := uint64(dir.offset); packed > limit || offset > limit || le.Uint16(h[34:]) != 0 {
			return nil, badArchive("%s lies outside of the zip. %s", shown(name), remake)
		}
		entries = append(entries, zipEntry{
			name:       name,
			flags:      le.Uint16(h[8:]),
			method:     le.Uint16(h[10:]),
			attributes: le.Uint32(h[38:]),
			crc:        le.Uint32(h[16:]),
			packed:     int64(packed),
			size:       int64(size),
			offset:     int64(offset),
		})
	}
	if len(b) > 0 {
		return nil, wrong()
	}
	return entries, nil
}

// readExtra reads a header's extra fields. Each of the values that is 2^32-1
// stands for a 64-bit one there, in this order, and is replaced. A second name
// must be the first one again.
func readExtra(extra []byte, name string, values ...*uint64) error {
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		if n > len(extra)-4 {
			break // padding, as aligning tools leave it
		}
		field := extra[4 : 4+n]
		extra = extra[4+n:]
		switch id {
		case extraZip64:
			for _, v := range values {
				if *v == math.MaxUint32 && len(field) >= 8 {
					*v, field = le.Uint64(field), field[8:]
				}
			}
			values = nil
		case extraName:
			if len(field) < 5 || string(field[5:]) != name { // after a version and a checksum
				return badArchive("%s has a second name. Make the zip with a tool that writes UTF-8 names.", shown(name))
			}
		}
	}
	return nil
}

// readAt fills b from the offset; a reader shorter than promised is an error.
func readAt(r io.ReaderAt, b []byte, offset int64) error {
	if n, err := r.ReadAt(b, offset); n < len(b) {
		return fmt.Errorf("read the archive at byte %d: %w", offset, err)
	}
	return nil
}
