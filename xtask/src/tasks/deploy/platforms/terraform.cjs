// Prints a folder's Terraform files as JSON: for each its content, and whether it has the format of `terraform fmt`.
//
// Usage: node terraform.cjs FOLDER

const { readdirSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { parse } = require("@cdktn/hcl2json");
const { format } = require("@cdktn/hcl-tools");

async function main(folder) {
  const files = {};
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".tf"))) {
    const text = readFileSync(join(folder, name), "utf8");
    files[name] = { formatted: (await format(text)) === text, content: await parse(name, text) };
  }
  console.log(JSON.stringify(files));
}

main(process.argv[2]).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
