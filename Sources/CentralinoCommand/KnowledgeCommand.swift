import ArgumentParser
import Knowledge
import Messages

/// `centralino kb`: the knowledge base from the shell.
struct KnowledgeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kb", abstract: "Ask, measure, check and move the articles of a knowledge base.",
        subcommands: [
            KnowledgeAsk.self, KnowledgePredict.self, KnowledgeTest.self, KnowledgeLint.self, KnowledgeImport.self, KnowledgeExport.self, KnowledgePublish.self,
            KnowledgeCalibrate.self, KnowledgeBench.self,
        ])
}

extension ParsableCommand {
    /// Runs the body; what is wrong becomes one line on standard error and exit status 1.
    func reporting(_ body: () throws -> Void) throws {
        do {
            try body()
        } catch let exit as ExitCode {
            throw exit
        } catch let error as ValidationError {
            throw error
        } catch {
            Terminal.complain("\(error)")
            throw ExitCode.failure
        }
    }
}

enum KnowledgeOutput {
    /// "87.3": one decimal, without the locale.
    static func percent(_ part: Int, of whole: Int) -> String {
        whole == 0 ? "–" : decimals(Double(part) * 100 / Double(whole), 1)
    }

    static func decimals(_ value: Double, _ count: Int) -> String {
        var scale = 1.0
        for _ in 0..<count { scale *= 10 }
        let scaled = Int64((value * scale).rounded())
        let digits = String(abs(scaled))
        let padded = String(repeating: "0", count: max(0, count + 1 - digits.count)) + digits
        return (scaled < 0 ? "-" : "") + padded.dropLast(count) + (count > 0 ? "." + padded.suffix(count) : "")
    }
}
