/// exp and log from additions and multiplications alone: the C library's last digit differs from machine to machine.
enum FixedMath {
    /// 1 / 1 to 1 / 13: dividing takes several times as long as multiplying.
    private static let inverses: [Double] = (1...13).map { 1 / Double($0) }
    /// 1 / 1 to 1 / 23.
    private static let oddInverses: [Double] = stride(from: 1, through: 23, by: 2).map { 1 / Double($0) }

    static func exp(_ x: Double) -> Double {
        if x < -700 { return 0 }
        if x > 700 { return .infinity }
        let parts = (x * 1.4426950408889634).rounded()
        let rest = (x - parts * 0.6931471803691238) - parts * 1.9082149292705877e-10
        var term = 1.0
        var sum = 1.0
        for inverse in inverses {
            term *= rest * inverse
            sum += term
        }
        return sum * Double(sign: .plus, exponent: Int(parts), significand: 1)
    }

    /// Of a positive number; of anything else the log of the smallest one.
    static func log(_ x: Double) -> Double {
        let value = max(x, 1e-300)
        var exponent = Double(value.exponent)
        var significand = value.significand
        if significand > 1.4142135623730951 {
            significand /= 2
            exponent += 1
        }
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var power = ratio
        var sum = 0.0
        for inverse in oddInverses {
            sum += power * inverse
            power *= square
        }
        return 2 * sum + exponent * 0.6931471805599453
    }

    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
}

/// The same in single precision, for where many are wanted.
enum FastMath {
    /// exp of a number that is not above 0, to about seven digits, from additions and multiplications alone.
    @inline(__always)
    static func exp(_ x: Float) -> Float {
        let scaled = max(x, -80) * 1.442695
        let whole = scaled.rounded(.down)
        let rest = (scaled - whole) * 0.6931472
        let series = 1 + rest * (1 + rest * (0.5 + rest * (0.16666667 + rest * (0.041666668 + rest * (0.008333334 + rest * 0.0013888889)))))
        return series * Float(bitPattern: UInt32(Int32(whole) + 127) << 23)
    }
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct FixedRandom {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return FixedHash.finish(state)
    }

    mutating func shuffle(_ numbers: inout [Int]) {
        guard numbers.count > 1 else { return }
        for position in stride(from: numbers.count - 1, to: 0, by: -1) {
            numbers.swapAt(position, Int(next() % UInt64(position + 1)))
        }
    }
}
