package catalog

import (
	"bufio"
	"compress/flate"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// unpacker unpacks one entry after the other through the same few buffers.
type unpacker struct {
	archive io.ReaderAt
	packed  *bufio.Reader
	inflate io.ReadCloser
	buffer  []byte
	head    []byte
}

func newUnpacker(archive io.ReaderAt) *unpacker {
	packed := bufio.NewReaderSize(nil, 64<<10)
	return &unpacker{
		archive: archive,
		packed:  packed,
		inflate: flate.NewReader(packed), // a ByteReader, so it takes no byte too many
		buffer:  make([]byte, 32<<10),
		head:    make([]byte, 0, headBytes),
	}
}

// file unpacks an entry to check its size, its checksum and that all its
// packed data was used. It returns up to headBytes from its beginning, valid
// until the next call.
func (u *unpacker) file(e *zipEntry) (head []byte, err error) {
	u.packed.Reset(io.NewSectionReader(u.archive, e.data, e.packed))
	u.head = u.head[:0]
	var content io.Reader = u.packed
	if e.method == methodDeflate && (e.packed > 0 || !e.folder()) { // some tools mark folders as deflated
		_ = u.inflate.(flate.Resetter).Reset(u.packed, nil) // never fails
		content = u.inflate
	}
	sum := crc32.NewIEEE()
	size, err := io.CopyBuffer(io.MultiWriter(sum, (*headWriter)(&u.head)), io.LimitReader(content, e.size+1), u.buffer)
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &corrupt) || errors.Is(err, io.ErrUnexpectedEOF):
		return nil, badArchive("%s cannot be unpacked. %s", shown(e.name), remake)
	case err != nil:
		return nil, fmt.Errorf("read the archive: %w", err)
	case size != e.size:
		return nil, badArchive("%s unpacks to another size than the zip declares. %s", shown(e.name), remake)
	case sum.Sum32() != e.crc:
		return nil, badArchive("%s does not have the checksum that the zip declares. %s", shown(e.name), remake)
	}
	if _, err := u.packed.ReadByte(); err != io.EOF {
		return nil, badArchive("%s has more packed data than it unpacks. %s", shown(e.name), remake)
	}
	return u.head, nil
}

// headWriter keeps what is written to it until its capacity is used up.
type headWriter []byte

func (w *headWriter) Write(p []byte) (int, error) {
	*w = append(*w, p[:min(len(p), cap(*w)-len(*w))]...)
	return len(p), nil
}
