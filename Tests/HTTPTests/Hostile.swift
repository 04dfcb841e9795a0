import Foundation
import Testing

/// One folder of the recorded hostile inputs.
struct Hostile: Decodable, Sendable {
    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        struct Expected: Decodable, Sendable {
            var verdict: String
            var statusAnyOf: [Int]?
            var statusMustNotBe: [Int]?
            var connectionClosedAfter: Bool?
            var maxResponses: Int?
            var minResponses: Int?
            var bodyMustNotContain: [String]?
            var headerMustNotContain: [String]?
            var mustNotUpgrade: Bool?
            var closeCodeAnyOf: [Int]?
        }
        var id: String
        var file: String?
        var why: String
        var expected: Expected
        var url: String?
        var resolver: [String: [String]]?
        var resolverSequence: [String: [[String]]]?
        var httpRedirectTo: String?

        var testDescription: String { id }
    }
    var cases: [Case]

    static func cases(_ folder: String) -> [Case] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let data = try? Data(contentsOf: file(folder, "manifest.json")), let list = try? decoder.decode(Hostile.self, from: data) else {
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
