/// Comma-separated values by RFC 4180; also with semicolons or tabs between, as spreadsheets write them where the comma is for decimals: what parts the names of the header parts
/// everything.
enum KnowledgeTable {
    struct Row {
        var line: Int
        var cells: [String]
    }

    static func rows(_ text: String, file: String) throws -> [Row] {
        var rows: [Row] = []
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        var wasQuoted = false
        var line = 1
        var first = 1
        var scalars = Array(text.unicodeScalars.drop { $0 == "\u{FEFF}" })[...]
        let separator = scalars.prefix { $0 != "\n" }.first { ",;\t".unicodeScalars.contains($0) } ?? ","
        func endCell() {
            cells.append(cell)
            cell = ""
            wasQuoted = false
        }
        func endRow() {
            if !cells.isEmpty || !cell.isEmpty || wasQuoted {
                endCell()
                rows.append(Row(line: first, cells: cells))
                cells = []
            }
        }
        while let scalar = scalars.popFirst() {
            if scalar == "\n" { line += 1 }
            if isQuoted {
                if scalar != "\"" {
                    cell.unicodeScalars.append(scalar)
                } else if scalars.first == "\"" {
                    cell.unicodeScalars.append("\"")
                    scalars.removeFirst()
                } else {
                    isQuoted = false
                    wasQuoted = true
                }
                continue
            }
            switch scalar {
            case "\"":
                guard cell.isEmpty, !wasQuoted else {
                    throw KnowledgeFiles.Problem("\(file):\(line): a double quote inside a cell that does not begin with one; double it, and quote the cell")
                }
                isQuoted = true
            case separator: endCell()
            case "\r": break
            case "\n":
                endRow()
                first = line
            default:
                guard !wasQuoted else { throw KnowledgeFiles.Problem("\(file):\(line): text after the closing double quote of a cell") }
                cell.unicodeScalars.append(scalar)
            }
        }
        guard !isQuoted else { throw KnowledgeFiles.Problem("\(file):\(first): a double quote is not closed") }
        endRow()
        return rows
    }
}

extension String {
    var trimmedSpaces: Substring { self[...].trimmedSpaces }
}

extension Substring {
    var trimmedSpaces: Substring {
        var part = self
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return part
    }
}
