import ArgumentParser
import Glibc
import Storage

/// Plain lines for the person at the terminal.
enum Terminal {
    static func say(_ line: String) { write(shown(line) + "\n", to: STDOUT_FILENO) }
    static func complain(_ line: String) { write("centralino: \(shown(line))\n", to: STDERR_FILENO) }

    /// Without what a terminal would obey: a line may name what a customer wrote, or a page of somebody else's.
    private static func shown(_ line: String) -> String {
        String(String.UnicodeScalarView(line.unicodeScalars.filter { $0 == "\n" || $0 == "\t" || $0.properties.generalCategory != .control }))
    }

    static func write(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }  // Nobody reads any more: there is nobody to tell.
            rest = rest.dropFirst(count)
        }
    }

    /// Runs a command; what is wrong becomes one line on standard error and exit status 1.
    static func reporting(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let exit as ExitCode {
            throw exit
        } catch let failure as StorageFailure {
            complain(failure.explanation)
            throw ExitCode.failure
        } catch {
            complain("\(error)")
            throw ExitCode.failure
        }
    }
}

enum Environment {
    static let variables: [String: String] = {
        var found: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let equals = pair.firstIndex(of: "=") { found[String(pair[..<equals])] = String(pair[pair.index(after: equals)...]) }
            entry += 1
        }
        return found
    }()

    /// The folder of the program itself, where its pages and the demo's articles lie.
    static let programFolder: String = {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { return "." }
        let path = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }()
}
