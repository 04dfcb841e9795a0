import Messages
import Testing

/// Every document of the collection in Fixtures/json, each with the verdict that its manifest gives.
@Suite struct JSONDocumentTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var file: String
        var verdict: String
        /// The document is good JSON, and wrong only for a field that some API has.
        var isAboutSchema: Bool
        var testDescription: String { id }
    }

    static let cases: [Case] = {
        do {
            let manifest = try JSON(parsing: FixtureFile.bytes("json/manifest.json"))
            return (manifest["cases"]?.array ?? []).map { entry in
                let expected = entry["expected"]
                return Case(
                    id: entry["id"]?.string ?? "", file: entry["file"]?.string ?? "", verdict: expected?["verdict"]?.string ?? "",
                    isAboutSchema: expected?["level"]?.string == "schema")
            }
        } catch {
            Issue.record(error)
            return []
        }
    }()

    static func inEnvelope(_ document: [UInt8]) -> [UInt8] { Array(#"{"type":"x","data":"#.utf8) + document + Array("}".utf8) }

    @Test func `The collection is there as a whole`() {
        #expect(Self.cases.count == 156)
    }

    @Test(arguments: cases.filter { $0.verdict == "reject" && !$0.isAboutSchema })
    func `A broken document is refused, alone and inside another`(document: Case) throws {
        let bytes = try FixtureFile.bytes("json/" + document.file)
        let tolerant = JSONLimits(repeatedNames: .kept)
        #expect(throws: JSONProblem.self) { try JSON(parsing: bytes) }
        #expect(throws: JSONProblem.self) { try JSON(parsing: Self.inEnvelope(bytes)) }
        #expect(throws: JSONProblem.self) { try JSON(parsing: bytes, limits: tolerant) }
        #expect(throws: JSONProblem.self) { try JSON(parsing: Self.inEnvelope(bytes), limits: tolerant) }
    }

    @Test(arguments: cases.filter { $0.verdict == "accept" })
    func `A good document is read, and what is written of it reads the same`(document: Case) throws {
        let bytes = try FixtureFile.bytes("json/" + document.file)
        for whole in [bytes, Self.inEnvelope(bytes)] {
            // RFC 8259 §4 leaves repeated names open; one document of the collection has them.
            let value = try JSON(parsing: whole, limits: JSONLimits(repeatedNames: .kept))
            #expect(try JSON(parsing: value.bytes, limits: JSONLimits(repeatedNames: .kept)) == value)
            if value.repeatedName == nil {
                #expect(try JSON(parsing: whole) == value)
            } else {
                #expect(throws: JSONProblem.self) { try JSON(parsing: whole) }
            }
        }
    }

    @Test(arguments: cases.filter { $0.verdict == "either" })
    func `A document that is open to choice is refused for its reason or survives writing`(document: Case) throws {
        let bytes = try FixtureFile.bytes("json/" + document.file)
        do throws(JSONProblem) {
            let value = try JSON(parsing: bytes)
            #expect(try JSON(parsing: value.bytes) == value)
        } catch {
            #expect(error.description.hasPrefix("not JSON: "))
            #expect(error.offset <= bytes.count)
        }
    }
}
