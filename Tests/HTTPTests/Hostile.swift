import Foundation
import Testing

/// The memory that this process has in use.
func residentBytes() throws -> Int {
    let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
    return try #require(Int(text.split(separator: " ")[1])) * 4096
}

/// One folder of the recorded hostile inputs.
struct Hostile: Decodable, Sendable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Expected: Decodable, Sendable {
            var verdict: String
            var status_any_of: [Int]?
            var status_must_not_be: [Int]?
            var connection_closed_after: Bool?
            var max_responses: Int?
            var min_responses: Int?
            var body_must_not_contain: [String]?
            var header_must_not_contain: [String]?
            var must_not_upgrade: Bool?
            var close_code_any_of: [Int]?
        }
        var id: String
        var file: String?
        var why: String
        var expected: Expected
        var url: String?
        var resolver: [String: [String]]?
        var resolver_sequence: [String: [[String]]]?
        var http_redirect_to: String?

        var testDescription: String { id }
    }
    var cases: [Case]

    static func cases(_ folder: String) -> [Case] {
        guard let data = try? Data(contentsOf: file(folder, "manifest.json")), let list = try? JSONDecoder().decode(Hostile.self, from: data) else {
            Issue.record("no readable manifest of \(folder)")
            return []
        }
        return list.cases
    }

    static func bytes(_ folder: String, _ one: Case) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: file(folder, try #require(one.file))))
    }

    private static func file(_ folder: String, _ name: String) -> URL {
        Bundle.module.bundleURL.appendingPathComponent("Fixtures/hostile/\(folder)/\(name)")
    }
}
