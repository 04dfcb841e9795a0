/// What is not as its authors think: files of the folder of articles that are not taken as they are, and golden questions that go wrong.
package struct KnowledgeHealth: Sendable {
    /// A file of which what it said before goes on.
    package struct RefusedFile: Sendable, Hashable {
        package var file: String
        /// Names the file, the line where there is one, and what is wrong.
        package var problem: String

        package init(file: String, problem: String) {
            self.file = file
            self.problem = problem
        }
    }

    /// What became of the questions and dialogues of the folder's `tests/` when the articles changed last.
    package struct Golden: Sendable, Hashable {
        package var checks: Int
        package var right: Int
        /// Where those stand that go wrong and were right before that change.
        package var newlyWrong: [String]

        package init(checks: Int, right: Int, newlyWrong: [String]) {
            self.checks = checks
            self.right = right
            self.newlyWrong = newlyWrong
        }
    }

    package var refused: [RefusedFile]
    /// nil until the articles change, and where there are no tests or none that can be read.
    package var golden: Golden?

    package init(refused: [RefusedFile] = [], golden: Golden? = nil) {
        self.refused = refused
        self.golden = golden
    }
}
