/// Sums of rows of `LinearClassifier`, whose counts are multiples of eight.
enum Vector {
    private typealias Eight = SIMD8<Float>

    /// That many columns, rounded up to whole vectors.
    static func width(of columns: Int) -> Int { (columns + 7) & ~7 }

    /// The sum of the rows, each times its value of the vector; with a bias, the row behind them is added as it is.
    static func multiply(_ rows: [Float], by vector: [Float], stride width: Int, hasBias: Bool = false, into sums: inout [Float]) {
        precondition(rows.count >= (vector.count + (hasBias ? 1 : 0)) * width)
        if sums.count != width { sums = [Float](repeating: 0, count: width) }
        rows.withUnsafeBufferPointer { rows in
            sums.withUnsafeMutableBufferPointer { sums in
                guard let rows = rows.baseAddress, let sums = sums.baseAddress else { return }
                for column in 0..<width { sums[column] = hasBias ? rows[vector.count * width + column] : 0 }
                // SAFETY: there are rows of `width` for every value, which was looked at above.
                var place = 0
                while place + 4 <= vector.count {
                    add(rows + place * width, times: (vector[place], vector[place + 1], vector[place + 2], vector[place + 3]), to: sums, count: width)
                    place += 4
                }
                while place < vector.count {
                    add(rows + place * width, times: vector[place], to: sums, count: width)
                    place += 1
                }
            }
        }
    }

    /// `sum += row * factor`.
    @inline(__always)
    static func add(_ row: UnsafePointer<Float>, times factor: Float, to sum: UnsafeMutablePointer<Float>, count: Int) {
        let from = UnsafeRawPointer(row)
        let to = UnsafeMutableRawPointer(sum)
        // SAFETY: both have `count` floats, and the steps of eight end there. Told eight at a time the compiler need not ask whether they overlap.
        for offset in stride(from: 0, to: count * 4, by: 32) {
            let moved = to.loadUnaligned(fromByteOffset: offset, as: Eight.self) + from.loadUnaligned(fromByteOffset: offset, as: Eight.self) * factor
            to.storeBytes(of: moved, toByteOffset: offset, as: Eight.self)
        }
    }

    /// Adds four rows that lie behind each other, each times its factor, in one pass.
    @inline(__always)
    private static func add(_ rows: UnsafePointer<Float>, times factors: (Float, Float, Float, Float), to sum: UnsafeMutablePointer<Float>, count: Int) {
        let from = UnsafeRawPointer(rows)
        let to = UnsafeMutableRawPointer(sum)
        // SAFETY: there are four rows of `count` floats, a multiple of eight, and as many sums.
        for offset in stride(from: 0, to: count * 4, by: 32) {
            let left = from.loadUnaligned(fromByteOffset: offset, as: Eight.self) * factors.0 + from.loadUnaligned(fromByteOffset: offset + count * 4, as: Eight.self) * factors.1
            let right =
                from.loadUnaligned(fromByteOffset: offset + count * 8, as: Eight.self) * factors.2 + from.loadUnaligned(fromByteOffset: offset + count * 12, as: Eight.self)
                * factors.3
            to.storeBytes(of: to.loadUnaligned(fromByteOffset: offset, as: Eight.self) + (left + right), toByteOffset: offset, as: Eight.self)
        }
    }

    /// The greatest of the numbers at `places`, or 0.
    static func most(_ values: [Float], _ places: Range<Int>) -> Float {
        precondition(places.lowerBound >= 0 && places.upperBound <= values.count)
        return values.withUnsafeBytes { values in
            var most = Eight.zero
            let whole = places.count & ~7
            for place in stride(from: 0, to: whole, by: 8) {
                let next = values.loadUnaligned(fromByteOffset: (places.lowerBound + place) * 4, as: Eight.self)
                most.replace(with: next, where: next .> most)
            }
            var greatest = most.max()
            for place in places.lowerBound + whole..<places.upperBound { greatest = max(greatest, values.loadUnaligned(fromByteOffset: place * 4, as: Float.self)) }
            return greatest
        }
    }

    /// The scalar product of `count` numbers of each, from those places on.
    @inline(__always)
    static func product(_ left: [Float], _ leftStart: Int, _ right: [Float], _ rightStart: Int, count: Int) -> Float {
        precondition(leftStart + count <= left.count && rightStart + count <= right.count)
        return left.withUnsafeBytes { left in
            right.withUnsafeBytes { right in
                var sums = Eight.zero
                let whole = count & ~7
                for place in stride(from: 0, to: whole, by: 8) {
                    sums +=
                        left.loadUnaligned(fromByteOffset: (leftStart + place) * 4, as: Eight.self) * right.loadUnaligned(fromByteOffset: (rightStart + place) * 4, as: Eight.self)
                }
                var sum = sums.sum()
                for place in whole..<count {
                    sum +=
                        left.loadUnaligned(fromByteOffset: (leftStart + place) * 4, as: Float.self) * right.loadUnaligned(fromByteOffset: (rightStart + place) * 4, as: Float.self)
                }
                return sum
            }
        }
    }

    /// Adds the rows of the features at `places`, each times its value: four rows in one pass, because the sums would else be fetched and stored for each.
    @inline(__always)
    static func addRows(
        _ rows: UnsafePointer<Float>, _ features: [Int32], _ values: [Float], _ places: Range<Int>, to sum: UnsafeMutablePointer<Float>, stride width: Int
    ) {
        var place = places.lowerBound
        let to = UnsafeMutableRawPointer(sum)
        while place + 4 <= places.upperBound {
            let (a, b, c, d) = (values[place], values[place + 1], values[place + 2], values[place + 3])
            let first = UnsafeRawPointer(rows + Int(features[place]) * width)
            let second = UnsafeRawPointer(rows + Int(features[place + 1]) * width)
            let third = UnsafeRawPointer(rows + Int(features[place + 2]) * width)
            let fourth = UnsafeRawPointer(rows + Int(features[place + 3]) * width)
            // SAFETY: every row and the sum have `width` floats, a multiple of eight.
            for offset in stride(from: 0, to: width * 4, by: 32) {
                let left = first.loadUnaligned(fromByteOffset: offset, as: Eight.self) * a + second.loadUnaligned(fromByteOffset: offset, as: Eight.self) * b
                let right = third.loadUnaligned(fromByteOffset: offset, as: Eight.self) * c + fourth.loadUnaligned(fromByteOffset: offset, as: Eight.self) * d
                to.storeBytes(of: to.loadUnaligned(fromByteOffset: offset, as: Eight.self) + (left + right), toByteOffset: offset, as: Eight.self)
            }
            place += 4
        }
        while place < places.upperBound {
            add(rows + Int(features[place]) * width, times: values[place], to: sum, count: width)
            place += 1
        }
    }
}
