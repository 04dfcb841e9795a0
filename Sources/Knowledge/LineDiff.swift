/// What changed between two texts, line by line.
package enum LineDiff {
    package enum Change: String, Sendable, Hashable {
        case same, removed, added
    }

    package struct Line: Sendable, Hashable {
        package var change: Change
        package var text: String

        init(_ change: Change, _ text: Substring) {
            self.change = change
            self.text = String(text)
        }
    }

    /// Cells of the table that is filled to find the longest common part; beyond them the changed middle is shown as removed and added whole.
    private static let mostCells = 1_000_000

    /// The lines of both texts in order: those that are in both, those that went, those that came. Of a changed place the lines that went come first.
    package static func between(_ old: String, _ new: String) -> [Line] {
        let left = old.split(separator: "\n", omittingEmptySubsequences: false)
        let right = new.split(separator: "\n", omittingEmptySubsequences: false)
        var start = 0
        while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
        var end = 0
        while end < min(left.count, right.count) - start, left[left.count - 1 - end] == right[right.count - 1 - end] { end += 1 }
        let middle = changed(Array(left[start..<left.count - end]), Array(right[start..<right.count - end]))
        return left[..<start].map { Line(.same, $0) } + middle + left[(left.count - end)...].map { Line(.same, $0) }
    }

    private static func changed(_ left: [Substring], _ right: [Substring]) -> [Line] {
        guard !left.isEmpty, !right.isEmpty, (left.count + 1) * (right.count + 1) <= mostCells else {
            return left.map { Line(.removed, $0) } + right.map { Line(.added, $0) }
        }
        // lengths[i * width + j]: lines that left[i...] and right[j...] have in common, in order.
        let width = right.count + 1
        var lengths = [Int32](repeating: 0, count: (left.count + 1) * width)
        for i in stride(from: left.count - 1, through: 0, by: -1) {
            for j in stride(from: right.count - 1, through: 0, by: -1) {
                lengths[i * width + j] =
                    left[i] == right[j] ? lengths[(i + 1) * width + j + 1] + 1 : max(lengths[(i + 1) * width + j], lengths[i * width + j + 1])
            }
        }
        var lines: [Line] = []
        var (i, j) = (0, 0)
        while i < left.count || j < right.count {
            if i < left.count, j < right.count, left[i] == right[j] {
                lines.append(Line(.same, left[i]))
                (i, j) = (i + 1, j + 1)
            } else if j == right.count || i < left.count && lengths[(i + 1) * width + j] >= lengths[i * width + j + 1] {
                lines.append(Line(.removed, left[i]))
                i += 1
            } else {
                lines.append(Line(.added, right[j]))
                j += 1
            }
        }
        return lines
    }
}
