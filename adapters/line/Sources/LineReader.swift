import ChannelKit

/// Cuts a connection's bytes into lines. Pure: what it is fed decides what it yields.
struct LineReader {
    /// Bytes of a line without its end.
    static let longestLine = 4096
    /// What is asked of the connection at once. More than a line, so that a line that is too long but ended is seen as such.
    static let readSize = 8192

    /// Nothing while the connection is idle between lines.
    private var pending: [UInt8] = []
    private var start = 0
    private var isSkipping = false

    enum Piece: Equatable {
        case line([UInt8])
        /// A line that ended, of more than `longestLine` bytes.
        case tooLong
        /// There are already more bytes than a line may have, and no end. They are forgotten; what follows is passed over up to its end.
        case endless
        /// Everything so far is used up.
        case needsMore
    }

    mutating func feed(_ bytes: [UInt8]) {
        if start == pending.count {
            pending = bytes
            start = 0
        } else {
            pending.append(contentsOf: bytes)
        }
    }

    mutating func next() -> Piece {
        guard let end = pending[start...].firstIndex(of: UInt8(ascii: "\n")) else {
            if isSkipping || pending.count - start > Self.longestLine {
                isSkipping = true
                pending = []
                start = 0
                return .endless
            }
            // The rest of a chunk that was read is at most one line.
            pending = start == pending.count ? [] : Array(pending[start...])
            start = 0
            return .needsMore
        }
        var line = pending[start..<end]
        start = end + 1
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        if isSkipping || line.count > Self.longestLine {
            isSkipping = false
            return .tooLong
        }
        return .line(Array(line))
    }
}
