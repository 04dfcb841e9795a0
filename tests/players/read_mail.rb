# Reads mails with Ruby's mail library: file names as arguments, one JSON object a line.
require "mail"
require "json"
require "digest"

ARGV.each do |path|
  mail = Mail.read_from_string(File.binread(path))
  parts = mail.multipart? ? mail.all_parts : [mail]
  words = ->(type) { (part = parts.find { |p| p.mime_type == type && !p.attachment? }) && part.decoded.gsub("\r\n", "\n").strip }
  puts JSON.generate(
    subject: mail.subject, from: mail[:from].addrs.map { |a| [a.display_name, a.address] }, message_id: mail.message_id,
    structure: parts.map(&:mime_type), text: words.("text/plain"), html: words.("text/html"),
    files: mail.attachments.map { |a| { name: a.filename, mime: a.mime_type, sha256: Digest::SHA256.hexdigest(a.decoded) } })
end
