/// Hashing that is the same on every machine and in every run, unlike `Hasher`. Not for keeping secrets apart.
enum FixedHash {
    static let start: UInt64 = 0xCBF2_9CE4_8422_2325

    /// One step of FNV-1a.
    @inline(__always)
    static func add(_ byte: UInt8, to hash: UInt64) -> UInt64 { (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }

    /// Spreads what FNV leaves in the low bits (the finaliser of MurmurHash3).
    @inline(__always)
    static func finish(_ hash: UInt64) -> UInt64 {
        var value = hash
        value ^= value >> 33
        value &*= 0xFF51_AFD7_ED55_8CCD
        value ^= value >> 33
        value &*= 0xC4CE_B9FE_1A85_EC53
        return value ^ value >> 33
    }

    static func hash(_ bytes: some Sequence<UInt8>, seed: UInt64 = 0) -> UInt64 {
        var value = start ^ seed
        for byte in bytes { value = add(byte, to: value) }
        return finish(value)
    }
}

/// Numbers the distinct hashes that it is shown, in the order in which they come: open addressing over a power of two.
///
/// Two things of one hash share a number: with 64 bits that does not happen by chance.
struct HashIndex: Sendable {
    private var slots: [Int32]
    private var keys: [UInt64] = []

    init(expecting count: Int = 64) {
        slots = [Int32](repeating: -1, count: max(128, count * 2).roundedUpToPowerOfTwo)
    }

    var count: Int { keys.count }

    @inline(__always)
    func find(_ hash: UInt64) -> Int32? {
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while true {
            let index = slots[slot]
            if index < 0 { return nil }
            if keys[Int(index)] == hash { return index }
            slot = (slot &+ 1) & mask
        }
    }

    mutating func insert(_ hash: UInt64) -> Int32 {
        if let found = find(hash) { return found }
        let index = Int32(keys.count)
        keys.append(hash)
        if keys.count * 2 > slots.count {
            slots = [Int32](repeating: -1, count: slots.count * 2)
            for position in keys.indices { place(Int32(position)) }
        } else {
            place(index)
        }
        return index
    }

    private mutating func place(_ index: Int32) {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: keys[Int(index)]) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = index
    }
}

extension Int {
    var roundedUpToPowerOfTwo: Int {
        var value = 1
        while value < self { value *= 2 }
        return value
    }
}

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
