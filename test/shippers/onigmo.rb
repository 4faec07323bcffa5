# Matches lines by Onigmo, the engine of Ruby and of Fluent Bit: JSON {"regex", "lines"} on stdin, and on stdout one
# JSON object a line, its groups that matched something, or null.
require "json"
input = JSON.parse($stdin.read)
regex = Regexp.new(input["regex"])
input["lines"].each do |line|
  found = regex.match(line)
  puts JSON.generate(found && found.named_captures.reject { |_, value| value.nil? || value.empty? })
end
