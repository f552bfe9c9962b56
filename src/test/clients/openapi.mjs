// Checks openapi.json as OpenAPI 3.1, and then values against the schemas that it has for them (JSON Schema 2020-12).
// Arguments: the document, and a file of lines {"name", "pointer", "value"}; the pointer leads to the schema. Prints
// what is wrong.
import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv/dist/2020.js";

const [documentFile, valuesFile] = process.argv.slice(2);
const document = JSON.parse(readFileSync(documentFile, "utf8"));
const whole = await new Validator().validate(document);
if (!whole.valid) console.log("openapi.json: " + JSON.stringify(whole.errors));
const ajv = new Ajv.default({ strict: false, allErrors: true });
ajv.addSchema({ ...document, $id: "gateway" }, "gateway");
const lines = readFileSync(valuesFile, "utf8").split("\n").filter(Boolean);
for (const line of lines) {
  const { name, pointer, value } = JSON.parse(line);
  const fits = ajv.compile({ $ref: "gateway#" + pointer });
  if (!fits(value)) console.log(name + ": " + ajv.errorsText(fits.errors) + " in " + JSON.stringify(value));
}
console.log("checked " + lines.length);
