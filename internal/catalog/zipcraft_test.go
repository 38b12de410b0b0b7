package catalog

import (
	"bytes"
	"compress/flate"
	"hash/crc32"
	"math"
)

// zipPart is one entry of a zipCraft archive. Everything that archive/zip's writer
// would get right can be made wrong here.
type zipPart struct {
	name       string
	body       string
	deflate    bool
	flags      uint16
	attributes uint32
	extra      []byte // in both headers
	packed     []byte // instead of the packed body
	descriptor int    // its length: 0, 12, 16, 20 or 24
	zip64      bool   // sizes and offset in 64-bit fields
	after      string // bytes behind the data and descriptor

	local, central func(header []byte) // last changes to the headers
}

// zipCraft is an archive to be written byte by byte.
type zipCraft struct {
	parts    []zipPart
	before   string // bytes in front of the first local header
	inserted string // bytes between the directory and the end
	comment  string
	after    string
	reverse  bool // the directory in the other order
	zip64    bool // with the 64-bit end record
	offset   int  // added to the directory's offset

	end64, end func(record []byte) // last changes to the end records
}

func zipMode(m uint32) uint32 { return m << 16 }

func (c zipCraft) bytes() []byte {
	out := []byte(c.before)
	var directory [][]byte
	for _, p := range c.parts {
		offset := len(out)
		method, packed := uint16(methodStore), []byte(p.body)
		if p.deflate {
			method, packed = methodDeflate, deflated(p.body)
		}
		if p.packed != nil {
			packed = p.packed
		}
		flags, crc, size := p.flags, crc32.ChecksumIEEE([]byte(p.body)), len(p.body)
		if p.descriptor > 0 {
			flags |= flagDescriptor
		}

		sizes, extra, extra64 := [2]uint32{uint32(len(packed)), uint32(size)}, p.extra, p.extra
		if p.zip64 {
			sizes = [2]uint32{math.MaxUint32, math.MaxUint32}
			extra = zipField(extraZip64, uint64(size), uint64(len(packed)))
			extra64 = zipField(extraZip64, uint64(size), uint64(len(packed)), uint64(offset))
		}
		header := func(sig string, lead []byte, tail []byte, extra []byte) []byte {
			h := append([]byte(sig), lead...)
			h = le.AppendUint16(le.AppendUint16(h, flags), method)
			h = append(h, 0, 0, 0x21, 0x50) // a time
			h = le.AppendUint32(le.AppendUint32(le.AppendUint32(h, crc), sizes[0]), sizes[1])
			h = le.AppendUint16(le.AppendUint16(h, uint16(len(p.name))), uint16(len(extra)))
			return append(append(append(h, tail...), p.name...), extra...)
		}

		local := header(localSignature, []byte{20, 0}, nil, extra)
		if p.descriptor > 0 {
			copy(local[14:26], make([]byte, 12))
		}
		if p.local != nil {
			p.local(local)
		}
		out = append(append(out, local...), packed...)
		if p.descriptor == 16 || p.descriptor == 24 {
			out = append(out, descriptorSignature...)
		}
		switch p.descriptor {
		case 12, 16:
			out = le.AppendUint32(le.AppendUint32(le.AppendUint32(out, crc), uint32(len(packed))), uint32(size))
		case 20, 24:
			out = le.AppendUint64(le.AppendUint64(le.AppendUint32(out, crc), uint64(len(packed))), uint64(size))
		}
		out = append(out, p.after...)

		tail := le.AppendUint32(make([]byte, 6), p.attributes)
		if p.zip64 {
			tail = le.AppendUint32(tail, math.MaxUint32)
		} else {
			tail = le.AppendUint32(tail, uint32(offset))
		}
		central := header(directorySignature, []byte{20, 3, 20, 0}, tail, extra64)
		if p.central != nil {
			p.central(central)
		}
		directory = append(directory, central)
	}

	begin := len(out)
	for i := range directory {
		if c.reverse {
			i = len(directory) - 1 - i
		}
		out = append(out, directory[i]...)
	}
	count, length, start := len(directory), len(out)-begin, begin+c.offset
	out = append(out, c.inserted...)
	if c.zip64 {
		at := uint64(len(out))
		r := le.AppendUint64([]byte(end64Signature), end64Len-12)
		r = append(r, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
		for _, v := range []int{count, count, length, start} {
			r = le.AppendUint64(r, uint64(v))
		}
		r = append(append(r, end64LocatorSignature...), 0, 0, 0, 0)
		r = append(le.AppendUint64(r, at), 1, 0, 0, 0)
		if c.end64 != nil {
			c.end64(r)
		}
		out = append(out, r...)
		count, length, start = math.MaxUint16, math.MaxUint32, math.MaxUint32
	}
	end := append([]byte(endSignature), 0, 0, 0, 0)
	end = le.AppendUint16(le.AppendUint16(end, uint16(count)), uint16(count))
	end = le.AppendUint32(le.AppendUint32(end, uint32(length)), uint32(start))
	end = append(le.AppendUint16(end, uint16(len(c.comment))), c.comment...)
	if c.end != nil {
		c.end(end)
	}
	return append(append(out, end...), c.after...)
}

func deflated(body string) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.DefaultCompression)
	_, _ = w.Write([]byte(body))
	_ = w.Close()
	return b.Bytes()
}

// zeros returns a deflate stream of so many MiB of zeros.
func zeros(mib int) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.DefaultCompression)
	_, _ = w.Write(make([]byte, 1<<20))
	_ = w.Flush() // to a byte's end, so that the block can be repeated
	block := bytes.Clone(b.Bytes())
	b.Reset()
	w.Reset(&b)
	_ = w.Close()
	return append(bytes.Repeat(block, mib), b.Bytes()...)
}

// zipField returns an extra field of 64-bit values.
func zipField(id uint16, values ...uint64) []byte {
	b := le.AppendUint16(le.AppendUint16(nil, id), uint16(8*len(values)))
	for _, v := range values {
		b = le.AppendUint64(b, v)
	}
	return b
}

// secondName returns the extra field that gives an entry another name.
func secondName(name string) []byte {
	b := le.AppendUint16(le.AppendUint16(nil, extraName), uint16(5+len(name)))
	return append(append(b, 1, 0, 0, 0, 0), name...)
}

// set16, set32 and setName return changes to a header.
func set16(at int, v uint16) func([]byte) { return func(h []byte) { le.PutUint16(h[at:], v) } }
func set32(at int, v uint32) func([]byte) { return func(h []byte) { le.PutUint32(h[at:], v) } }
func setName(name string) func([]byte)    { return func(h []byte) { copy(h[localLen:], name) } }
