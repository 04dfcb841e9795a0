import HTTPTypes

/// Takes a body out of its framing, from bytes that come piece by piece. Knows no I/O.
struct BodyDecoder {
    private enum State {
        case data(left: Int)
        case size(digits: Int, value: Int)
        case extended(length: Int)
        case sizeEnd(value: Int)
        case chunkData(left: Int)
        case chunkEnd(sawCR: Bool)
        case trailerStart
        case trailer
        case trailerLineEnd
        case lastEnd
        case finished
    }

    private var state: State
    private var chunk = 0
    private var trailerBytes = 0
    private(set) var produced = 0

    init(_ framing: RequestHead.Framing) {
        state =
            switch framing {
            case .none: .finished
            case .length(let count): .data(left: count)
            case .chunked: .size(digits: 0, value: 0)
            }
    }

    var isFinished: Bool {
        if case .finished = state { return true }
        return false
    }

    /// Appends what `input` holds of the body to `output` and returns how many bytes of it were used; what follows the body is left.
    /// Throws 400 for a broken framing and 413 when the body grows beyond `limit`.
    mutating func decode(_ input: UnsafeRawBufferPointer, into output: inout [UInt8], limit: Int) throws(HTTPProblem) -> Int {
        var index = 0
        while index < input.count {
            switch state {
            case .finished:
                return index
            case .data(let left):
                let count = min(left, input.count - index)
                try append(input, index, count, &output, limit)
                index += count
                state = count == left ? .finished : .data(left: left - count)
            case .chunkData(let left):
                let count = min(left, input.count - index)
                try append(input, index, count, &output, limit)
                index += count
                state = count == left ? .chunkEnd(sawCR: false) : .chunkData(left: left - count)
            default:
                try step(input[index], limit)
                index += 1
            }
        }
        return index
    }

    private mutating func append(_ input: UnsafeRawBufferPointer, _ index: Int, _ count: Int, _ output: inout [UInt8], _ limit: Int) throws(HTTPProblem) {
        produced += count
        if produced > limit { throw BodyDecoder.tooLarge(limit) }
        output.append(contentsOf: input[index..<(index + count)])
    }

    static func tooLarge(_ limit: Int) -> HTTPProblem {
        HTTPProblem(.contentTooLarge, "the body is larger than \(limit) bytes")
    }

    /// One byte of what stands between the chunks (RFC 9112 section 7.1).
    private mutating func step(_ byte: UInt8, _ limit: Int) throws(HTTPProblem) {
        switch state {
        case .size(let digits, let value):
            if let digit = byte.hexValue {
                // Eight digits are 4 GiB: more can only be meant for a parser that wraps around.
                if digits == 8 { throw .malformed("a chunk size of more than 8 digits") }
                state = .size(digits: digits + 1, value: value << 4 | Int(digit))
            } else if digits == 0 {
                throw .malformed("a chunk size is not a hexadecimal number")
            } else if byte == .cr {
                state = .sizeEnd(value: value)
            } else if byte == UInt8(ascii: ";") {
                chunk = value
                state = .extended(length: 0)
            } else {
                throw .malformed("a chunk size is not a hexadecimal number")
            }
        case .extended(let length):
            if byte == .cr {
                state = .sizeEnd(value: chunk)
            } else {
                guard byte.isFieldContent else { throw .malformed("a control character in a chunk extension") }
                if length >= 256 { throw .malformed("a chunk extension of more than 256 bytes") }
                state = .extended(length: length + 1)
            }
        case .sizeEnd(let value):
            guard byte == .lf else { throw .malformed("a chunk size line must end with CR LF") }
            if produced + value > limit { throw BodyDecoder.tooLarge(limit) }
            state = value == 0 ? .trailerStart : .chunkData(left: value)
        case .chunkEnd(let sawCR):
            guard byte == (sawCR ? .lf : .cr) else { throw .malformed("a chunk is longer than its size says") }
            state = sawCR ? .size(digits: 0, value: 0) : .chunkEnd(sawCR: true)
        case .trailerStart, .trailer:
            try stepTrailer(byte)
        case .trailerLineEnd:
            guard byte == .lf else { throw .malformed("a CR must be followed by LF") }
            state = .trailerStart
        case .lastEnd:
            guard byte == .lf else { throw .malformed("a CR must be followed by LF") }
            state = .finished
        case .data, .chunkData, .finished:
            break  // `decode` does these itself
        }
    }

    /// Trailer fields are thrown away: none of them may change what was already decided by the head.
    private mutating func stepTrailer(_ byte: UInt8) throws(HTTPProblem) {
        trailerBytes += 1
        if trailerBytes > 8192 { throw HTTPProblem(.requestHeaderFieldsTooLarge, "more than 8192 bytes of trailer fields") }
        if byte == .cr {
            if case .trailerStart = state { state = .lastEnd } else { state = .trailerLineEnd }
        } else {
            if case .trailerStart = state, !byte.isToken { throw .malformed("a trailer field's name is not a token") }
            guard byte.isFieldContent else { throw .malformed("a control character in a trailer field") }
            state = .trailer
        }
    }
}
