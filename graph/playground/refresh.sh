#!/usr/bin/env bash
# Fetches the vendored files of assets/ from npm again. To move to another
# version, change it here and in README.md, run this, then look at the page.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

# The first line is what is shipped; the second only lends license texts of
# code and fonts inside GraphiQL's bundle that its own dependencies don't bring.
npm init -y >/dev/null
npm install --ignore-scripts --no-audit --no-fund --loglevel=error \
	graphiql@4.1.2 react@18.2.0 react-dom@18.2.0 graphql@16 \
	graphql-ws@6 @react-aria/utils@3.28.2 @radix-ui/react-use-escape-keydown@1.1.1 @fontsource/roboto@5 @fontsource/fira-code@5

rm -rf "$here/assets"
mkdir "$here/assets"
for file in react/umd/react.production.min.js react-dom/umd/react-dom.production.min.js graphiql/graphiql.min.js graphiql/graphiql.min.css; do
	# Without the comments that name a source map, which is not shipped.
	sed -E '/^\/\/[#@] sourceMappingURL=.*$/d' "node_modules/$file" >"$here/assets/$(basename "$file")"
done

# One text per license, each with the packages and copyright lines it covers.
# GraphiQL's source map tells which packages are inside its bundle.
node - >"$here/assets/LICENSES.txt" <<'JS'
const fs = require("fs");
const shipped = JSON.parse(fs.readFileSync("node_modules/graphiql/package.json")).version;
const workspace = { "graphiql-react": "@graphiql/react", "graphiql-toolkit": "@graphiql/toolkit", "graphiql-plugin-history": "@graphiql/plugin-history", "graphiql-plugin-doc-explorer": "@graphiql/plugin-doc-explorer" };
const names = new Set(["graphiql", "react", "react-dom", "@fontsource/roboto", "@fontsource/fira-code"]);
for (const source of JSON.parse(fs.readFileSync("node_modules/graphiql/graphiql.min.js.map")).sources) {
  const m = source.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/) || source.match(/^\.\.\/\.\.\/([^/]+)\//);
  if (m) names.add(workspace[m[1]] || m[1]);
}
const read = (name) => {
  const dir = "node_modules/" + name;
  const file = fs.readdirSync(dir).find((f) => /^licen[cs]e/i.test(f));
  return { license: JSON.parse(fs.readFileSync(dir + "/package.json")).license, text: file ? fs.readFileSync(dir + "/" + file, "utf8").replace(/\r/g, "") : null };
};
// Packages of npm that carry no license file take that of the project they are built from.
const parent = { "@graphiql/plugin-history": "graphiql", "@graphiql/plugin-doc-explorer": "graphiql", "react-compiler-runtime": "react", "react-remove-scroll-bar": "react-remove-scroll", "@radix-ui/react-use-callback-ref": "@radix-ui/react-slot", "@radix-ui/react-use-escape-keydown": "@radix-ui/react-slot" };
const groups = new Map();
for (const name of [...names].sort()) {
  const { license, text } = read(name);
  const whole = text ?? (parent[name] ? read(parent[name]).text : null);
  const lines = (whole ?? read("react").text.replace(/^Copyright.*$/m, "")).split("\n");
  const owner = /^\s*Copyright (\([cC]\)|©|\d|(?!Holder)[A-Z][a-z])/;
  const owners = whole ? lines.filter((l) => owner.test(l)).map((l) => l.trim()) : ["Copyright the authors of " + name];
  const body = lines.filter((l) => !owner.test(l)).join("\n");
  const key = license + body.toLowerCase().replace(/the mit license( \(mit\))?|mit license|[^a-z]/g, "");
  if (!groups.has(key)) groups.set(key, { license, body: body.trim().replace(/\n{3,}/g, "\n\n"), covers: [] });
  groups.get(key).covers.push(name.replace("@fontsource/", "font ") + (owners.length ? ": " + owners.join("; ") : ""));
}
console.log(`The playground of licet ships GraphiQL ${shipped}, React and React DOM. Inside GraphiQL's bundle\nare the packages and fonts below. Each section names what it covers, then gives the license.`);
for (const { license, body, covers } of groups.values())
  console.log("\n" + "=".repeat(80) + "\n" + license + "\n\n" + covers.map((c) => "* " + c).join("\n") + "\n\n" + body);
JS
ls -l "$here/assets"
