package codec

import "encoding/binary"

// coder visits the fields of one record and either writes them or reads them, so
// that every shape is spelled once. After an error reading goes on, with zeros.
type coder struct {
	writing bool
	version uint8  // of the record's shape
	b       []byte // writing: all that was written; reading: what remains
	err     error  // the first one; reading only

	// Reading only. shared makes all texts of a record parts of one string; whole
	// is that string, and ends where b does.
	shared bool
	whole  string
}

type unsigned interface {
	~uint8 | ~uint16 | ~uint32 | ~uint64
}

type signed interface{ ~int | ~int64 }

func uvarint[T unsigned](c *coder, v *T) {
	if c.writing {
		c.put(uint64(*v))
		return
	}
	x := c.get()
	*v = T(x)
	if uint64(*v) != x {
		c.fail(ErrMalformed)
		*v = 0
	}
}

func varint[T signed](c *coder, v *T) {
	if c.writing {
		x := int64(*v)
		c.put(uint64(x)<<1 ^ uint64(x>>63))
		return
	}
	x := c.get()
	y := int64(x>>1) ^ -int64(x&1)
	*v = T(y)
	if int64(*v) != y {
		c.fail(ErrMalformed)
		*v = 0
	}
}

// sixteen visits an address or a digest: one byte when it is zero, else 17.
func sixteen[T ~[16]byte](c *coder, v *T) {
	var zero T
	set := *v != zero
	c.flag(&set)
	if !set {
		return
	}
	if c.writing {
		c.b = append(c.b, (*v)[:]...)
		return
	}
	copy((*v)[:], c.take(len(*v)))
	if *v == zero {
		c.fail(ErrMalformed)
	}
}

// count visits the length of a list whose elements take elementBytesMin bytes or
// more; when reading it makes the list. The caller visits the elements.
func count[T any](c *coder, list *[]T, elementBytesMin int) {
	if c.writing {
		c.put(uint64(len(*list)))
		return
	}
	n := c.get()
	if n > uint64(len(c.b)/elementBytesMin) {
		c.fail(ErrTruncated)
		return
	}
	if n > 0 {
		*list = make([]T, n)
	}
}

// optional visits whether there is a value; when reading it makes one. The caller visits
// the value if there is.
func optional[T any](c *coder, v **T) bool {
	there := *v != nil
	if c.flag(&there); there && !c.writing {
		*v = new(T)
	}
	return there
}

func (c *coder) flag(v *bool) {
	if c.writing {
		var x byte
		if *v {
			x = 1
		}
		c.b = append(c.b, x)
		return
	}
	x := c.get()
	if x > 1 {
		c.fail(ErrMalformed)
	}
	*v = x == 1
}

func (c *coder) text(v *string) {
	if c.writing {
		c.put(uint64(len(*v)))
		c.b = append(c.b, *v...)
		return
	}
	n := c.get()
	if n > uint64(len(c.b)) {
		c.fail(ErrTruncated)
		return
	}
	if n == 0 {
		return
	}
	if !c.shared {
		*v = string(c.take(int(n)))
		return
	}
	if c.whole == "" {
		c.whole = string(c.b)
	}
	from := len(c.whole) - len(c.b)
	*v = c.whole[from : from+int(n)]
	c.b = c.b[n:]
}

// put writes an uvarint.
func (c *coder) put(x uint64) {
	if x < 0x80 {
		c.b = append(c.b, byte(x))
		return
	}
	c.b = binary.AppendUvarint(c.b, x)
}

// get reads an uvarint; only the shortest encoding counts.
func (c *coder) get() uint64 {
	if len(c.b) > 0 && c.b[0] < 0x80 {
		x := c.b[0]
		c.b = c.b[1:]
		return uint64(x)
	}
	x, n := binary.Uvarint(c.b)
	switch {
	case n == 0:
		c.fail(ErrTruncated)
		return 0
	case n < 0 || n > 1 && c.b[n-1] == 0:
		c.fail(ErrMalformed)
		return 0
	}
	c.b = c.b[n:]
	return x
}

// take reads n bytes; they stay the input's.
func (c *coder) take(n int) []byte {
	if n > len(c.b) {
		c.fail(ErrTruncated)
		return nil
	}
	part := c.b[:n]
	c.b = c.b[n:]
	return part
}

func (c *coder) fail(err error) {
	if c.err == nil {
		c.err = err
	}
	c.b = nil
}
