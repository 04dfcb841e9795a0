import Dispatch
import Glibc
import Messages
import Synchronization

/// Files that are kept once by their content: attachments, and raw inputs that are too large for a row. A file is called by its SHA-256 in
/// hexadecimal and never changed; what strangers call it is no part of a path.
///
/// A name is *held* from before its file is looked for until the row that refers to it is committed, so that a file which seems to be
/// unneeded is not removed under it. One server uses a folder at a time; other processes only read.
package final class ContentFolder: Sendable {
    private struct State {
        /// How often a name is held.
        var held: [String: Int] = [:]
        /// Names that are being removed, unless somebody takes hold of them first, each with the mark of the removal that looked last.
        var doomed: [String: Int] = [:]
        var lastMark = 0
        /// Whether what an earlier run renamed is certainly on disk.
        var isSettled = false
    }

    let path: String
    /// Where earlier versions kept raw inputs, under names of their own; only read.
    private let older: String
    private let state = Mutex(State())

    package init(_ path: String, older: String) {
        self.path = path
        self.older = older
    }

    /// Where the content of this name lies.
    func path(of name: String) -> String { Self.isName(name) ? "\(path)/\(name.prefix(2))/\(name)" : "\(older)/\(name)" }

    static func isName(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Puts contents on disk, those that are not there yet, and holds their names until `release`. When it returns, all of them are synced.
    ///
    /// - Returns: the names, in order.
    /// - Throws: `StorageFailure`: nothing is held, and nothing may refer to any of them.
    package func keep(_ contents: [[UInt8]]) async throws -> [String] {
        guard !contents.isEmpty else { return [] }
        return try await onDisk { [self] in
            let names = contents.map { Self.name(of: $0) }
            let unsure = hold(names)
            do {
                try put(Array(zip(names, contents)), unsure: unsure)
                return names
            } catch {
                release(names)
                throw error
            }
        }
    }

    /// Takes hold of names; returns those whose file may not be synced yet where it is there: another holder may be about to do it.
    private func hold(_ names: [String]) -> Set<String> {
        state.withLock { state in
            var unsure = Set(state.isSettled ? [] : names)
            for name in Set(names) where state.held[name] != nil { unsure.insert(name) }
            for name in names {
                state.held[name, default: 0] += 1
                state.doomed[name] = nil
            }
            return unsure
        }
    }

    package func release(_ names: [String]) {
        state.withLock { state in
            for name in names {
                let left = (state.held[name] ?? 1) - 1
                state.held[name] = left > 0 ? left : nil
            }
        }
    }

    /// A content, at most as large as it was when it was kept; nil when it cannot be read.
    package func content(_ name: String) async -> [UInt8]? {
        // What cannot be read is told as missing: `store check` says why.
        try? await onDisk { [path = path(of: name)] in try Self.read(path) }
    }

    // MARK: Removing

    /// Names that one removal has marked.
    struct Doomed: Sendable {
        let mark: Int
        let names: [String]
    }

    /// Marks names to be removed; those that nobody holds. Whether anything refers to them is looked up after this. Of two removals at a time the
    /// later one's look-up counts: what the earlier one found may be old by then.
    func doom(_ names: [String]) -> Doomed {
        state.withLock { state in
            state.lastMark += 1
            let free = names.filter { state.held[$0] == nil }
            for name in free { state.doomed[name] = state.lastMark }
            return Doomed(mark: state.lastMark, names: free)
        }
    }

    /// Removes the files of `unneeded`, as far as nobody took hold of them meanwhile, and lets the other doomed names be.
    ///
    /// - Returns: how many files went away.
    func remove(_ unneeded: Set<String>, of doomed: Doomed) async throws -> Int {
        try await onDisk { [self] in
            var count = 0
            for name in doomed.names {
                // Under the lock: who takes hold of the name next finds the file there or gone, never about to go.
                state.withLock { state in
                    guard state.doomed[name] == doomed.mark else { return }
                    state.doomed[name] = nil
                    guard unneeded.contains(name) else { return }
                    if unlink(path(of: name)) == 0 { count += 1 }
                }
            }
            return count
        }
    }

    /// Syncs what an earlier run left. Until then each content that is found is synced again.
    package func settle() async throws {
        try await onDisk { [self] in
            try syncAll()
            state.withLock { $0.isSettled = true }
        }
    }

    /// File work off the event loops.
    func onDisk<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Swift.Result(catching: work)) }
        }
    }
}
