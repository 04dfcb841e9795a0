/// Characters with which a name, a subject or a file can be made to look like another: they turn the direction of writing round, or are not
/// seen at all (Unicode Technical Report 36). The original keeps them; lists and headings do without.
package enum Disguise {
    /// Without such characters and without line breaks. Joiners stay: emoji and several scripts are made with them.
    package static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { isDisguise($0) || isMark($0) || isBreak($0) }) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars where !isDisguise(scalar) && !isMark(scalar) { scalars.append(isBreak(scalar) ? " " : scalar) }
        return String(scalars)
    }

    /// Marks of direction alone are no disguise: programs put them around right-to-left words.
    static func isIn(_ text: String) -> Bool {
        // What is ASCII needs no second look.
        text.utf8.contains { $0 >= 0x80 } && text.unicodeScalars.contains(where: isDisguise)
    }

    /// Whether a word has letters of more than one of the alphabets whose letters look alike.
    static func mixesAlphabets(_ name: String) -> Bool {
        guard name.utf8.contains(where: { $0 >= 0x80 }) else { return false }
        return name.split(whereSeparator: { !$0.isLetter }).contains { word in
            Set(word.unicodeScalars.compactMap(alphabet)).count > 1
        }
    }

    private static func alphabet(_ scalar: Unicode.Scalar) -> Int? {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A, 0xC0...0x24F: 0
        case 0x370...0x3FF: 1
        case 0x400...0x52F: 2
        default: nil
        }
    }

    private static func isDisguise(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x202A...0x202E, 0x2066...0x2069, 0xAD, 0x180E, 0x200B, 0x2060...0x2065, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true
        // Tags: seen only behind a black flag, where they make the flags of England, Scotland and Wales.
        case 0xE0000...0xE007F: true
        default: false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool { scalar.value == 0x200E || scalar.value == 0x200F || scalar.value == 0x61C }
    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool { scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0x2028...0x2029).contains(scalar.value) }
}
