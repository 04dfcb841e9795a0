import Glibc
import Messages
import Testing

@testable import Storage

/// Files by content, in the folder of a store of their own.
@Suite final class FileTests {
    private let kept: TemporaryStore
    private let contents: ContentFolder
    private var store: Store { kept.store }

    init() async throws {
        kept = try await TemporaryStore()
        contents = ContentFolder("\(kept.folder)/files", older: "\(kept.folder)/raw")
        try contents.open()
        try await contents.settle()
    }

    deinit { kept.remove() }

    private func files() throws -> [String] { try contents.folders.flatMap { try contents.names(under: $0) } }

    /// Takes a message in that brings these contents.
    private func take(_ id: String, _ brought: [[UInt8]]) async throws -> [String] {
        let names = try await contents.keep(brought)
        defer { contents.release(names) }
        var arrival = arrival("hello \(id)", id: id)
        arrival.files = zip(names, brought).map { StoredFile(name: "a.bin", mime: "application/octet-stream", size: $1.count, sha256: $0) }
        _ = try await store.ingest(arrival)
        return names
    }

    @Test func `the same content of many messages is one file under its SHA-256`() async throws {
        for id in 0..<10 { _ = try await take("m\(id)", [Array("abc".utf8), Array("abc".utf8), []]) }
        #expect(
            try files().sorted() == [
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            ])
        #expect(try await store.violations(of: contents).isEmpty)
        #expect(try await store.violations().isEmpty)
    }

    @Test func `more files than are worth a sync each are all there`() async throws {
        let names = try await take("many", (0..<40).map { [UInt8($0)] })
        #expect(try Set(files()) == Set(names))
        #expect(try ContentFolder.names(in: "\(contents.path)/unfinished").isEmpty)
        #expect(await contents.content(names[7]) == [7])
    }

    @Test func `what nothing refers to is swept, what a row refers to stays`() async throws {
        let wanted = try await take("m1", [[1]])
        let orphan = try await contents.keep([[2]])
        contents.release(orphan)
        #expect(try await store.sweep(contents) == 1)
        #expect(try files() == wanted)
    }

    @Test func `a large raw input is referred to by its row`() async throws {
        let names = try await contents.keep([[3]])
        var arrival = arrival("large", id: "large")
        arrival.raw = .file(names[0])
        _ = try await store.ingest(arrival)
        contents.release(names)
        #expect(try await store.sweep(contents) == 0)
        #expect(try await store.violations(of: contents).isEmpty)
    }

    @Test func `a content that is being taken in is not swept`() async throws {
        let orphan = try await contents.keep([[4]])
        contents.release(orphan)
        let held = try await contents.keep([[4]])
        #expect(try await store.sweep(contents) == 0)
        #expect(await contents.content(held[0]) == [4])
        contents.release(held)
        #expect(try await store.sweep(contents) == 1)
    }

    @Test func `who takes hold of a doomed content saves it`() async throws {
        let orphan = try await contents.keep([[5]])
        contents.release(orphan)
        let doomed = contents.doom(orphan)
        // Between the look-up and the removal.
        let held = try await contents.keep([[5]])
        #expect(try await contents.remove(Set(doomed.names), of: doomed) == 0)
        #expect(await contents.content(held[0]) == [5])
    }

    @Test func `of two removals at a time the one that looked first removes nothing`() async throws {
        let orphan = try await contents.keep([[14]])
        contents.release(orphan)
        let first = contents.doom(orphan)
        // Meanwhile a message took it, and another removal marked it again.
        _ = try await take("m1", [[14]])
        let second = contents.doom(orphan)
        #expect(try await contents.remove(Set(first.names), of: first) == 0)
        #expect(try await contents.remove([], of: second) == 0)
        #expect(try await store.violations(of: contents).isEmpty)
    }

    @Test func `a missing, a changed and a forgotten file are found`() async throws {
        let names = try await take("m1", [[6], [7], Array(repeating: 8, count: 100)])
        unlink(contents.path(of: names[0]))
        try SyncedFile.write([9], to: contents.path(of: names[1]))
        try SyncedFile.write([8], to: contents.path(of: names[2]))
        let orphan = try await contents.keep([[10]])
        contents.release(orphan)
        #expect(try await store.violations(of: contents).count == 3)
        // A young one may be on its way in.
        var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
        utimensat(AT_FDCWD, contents.path(of: orphan[0]), &times, 0)
        let found = try await store.violations(of: contents)
        #expect(found.count == 4)
        #expect(found.count { $0.hasPrefix("file that is not there") } == 1)
        #expect(found.count { $0.hasPrefix("file that is not what it was") } == 2)
        #expect(found.last == "file that nothing refers to: \(orphan[0])")
    }

    @Test func `a copy of the folder holds every file, and gives them back`() async throws {
        let names = try await take("m1", [[11], [12]])
        #expect(try contents.copyAll(to: "\(kept.folder)/copy") == 2)
        unlink(contents.path(of: names[0]))
        try contents.takeIn("\(kept.folder)/copy")
        #expect(try await store.violations(of: contents).isEmpty)
        #expect(try contents.takeIn("\(kept.folder)/nothing") == ())
    }

    @Test func `an upload keeps its content for a day`() async throws {
        let (agent, _) = try await store.addAgent(email: "anna@example.com", name: "Anna", role: .agent)
        let names = try await contents.keep([[13]])
        _ = try await store.addUpload(StoredFile(name: "a.txt", mime: "text/plain", size: 1, sha256: names[0]), by: agent.id, most: 1)
        contents.release(names)
        #expect(try await store.sweep(contents) == 0)
        let tomorrow = Store(database: kept.database, node: "later", answerWithin: .zero, now: { Timestamp.now() + .seconds(86_401) })
        #expect(try await tomorrow.sweep(contents) == 1)
    }
}
