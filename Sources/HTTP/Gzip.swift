import CZlib

/// Files packed by gzip (RFC 1952).
package enum Gzip {
    /// What was packed; nil when it is not sound, is cut off, or unpacks to more than `limit` bytes. Further members behind the first are left.
    package static func unpacked(_ packed: [UInt8], limit: Int) -> [UInt8]? {
        var stream = z_stream()
        guard c_inflateInit2(&stream, 15 + 16) == Z_OK else { return nil }  // + 16: gzip's framing and nothing else
        defer { inflateEnd(&stream) }
        var out: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        return packed.withUnsafeBufferPointer { source in
            // SAFETY: zlib reads the input only, and the buffer outlives every call of `inflate` here.
            stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.avail_in = UInt32(clamping: source.count)
            while true {
                let (status, count) = chunk.withUnsafeMutableBufferPointer { room in
                    stream.next_out = room.baseAddress
                    stream.avail_out = UInt32(room.count)
                    let status = inflate(&stream, Z_NO_FLUSH)
                    return (status, room.count - Int(stream.avail_out))
                }
                guard status == Z_OK || status == Z_STREAM_END, out.count + count <= limit else { return nil }
                out.append(contentsOf: chunk[..<count])
                if status == Z_STREAM_END { return out }
                // Nothing came and nothing is left: it was cut off.
                if count == 0, stream.avail_in == 0 { return nil }
            }
        }
    }
}
