import CLinux
import Glibc

/// Memory that only starting or learning needed, given back to the system.
enum SpareMemory {
    static func giveBack() {
        malloc_trim(0)
        // Pages of code stay counted as ours once they were touched, and each touch maps the fifteen around it. Dropping the mapping of code is
        // harmless: it is never written, and what is needed again comes back from the page cache at the next touch (tens of microseconds in all).
        // Only executable mappings and the tables of languages, which are shared: others may hold written or relocated data, which exists nowhere else.
        guard let bytes = SettingsFile.readFile("/proc/self/maps", atMost: 1 << 20) else { return }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count == 6, words[1] == "r-xp" || words[1] == "r--s" && words[5].contains("/\(LanguageTables.folder)/"), words[5].hasPrefix("/") else { continue }
            let ends = words[0].split(separator: "-").compactMap { UInt(String($0), radix: 16) }
            guard ends.count == 2, ends[1] > ends[0], let start = UnsafeMutableRawPointer(bitPattern: ends[0]) else { continue }
            madvise(start, Int(ends[1] - ends[0]), Int32(MADV_DONTNEED))
        }
    }
}
