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
