// Makes what the server carries: one script, one style sheet, one page and the licences of what is in them.
//
//   npm ci && npm run build      writes ../src/http/explore/built
//   npm run check                says whether what lies there is what these sources make

import { readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync, existsSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "../src/http/explore/built");
const instead = (name) => join(here, "src/instead", name);

/** Attributes that are missing or wrong for screen readers, by the files in which they stand. */
const mended = [
  [/plugin-history\/dist\/components\.js$/, '"aria-label": "Set active",', ""],
  [
    /codemirror\/addon\/hint\/show-hint\.js$/,
    'hints.setAttribute("role", "listbox")',
    'hints.setAttribute("role", "listbox"); hints.setAttribute("aria-label", "What can stand here")',
  ],
];

/** Parts of the libraries that do not suit: what replaces each says why. */
const replaced = {
  name: "replaced",
  setup(build) {
    build.onResolve({ filter: /^react-style-singleton$/ }, () => ({ path: instead("style-singleton.js") }));
    build.onResolve({ filter: /^framer-motion$/ }, () => ({ path: instead("motion.jsx") }));
    build.onResolve({ filter: /\/tabs\.js$/ }, ({ importer }) =>
      importer.includes("@graphiql/react/dist/") && !importer.includes("/editor/") ? { path: instead("tabs.jsx") } : undefined,
    );
    for (const [filter, before, after] of mended) {
      build.onLoad({ filter }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        if (!text.includes(before)) throw new Error(`${path}: ${before} is not there any more`);
        return { contents: text.replaceAll(before, after), loader: "js" };
      });
    }
    // Fonts in the style sheet would be 370 kB, and a font of their own from a data: address. The system's will do.
    build.onLoad({ filter: /graphiql\/dist\/style\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/@font-face\s*\{[^}]*\}/g, ""),
      loader: "css",
    }));
  },
};

const built = await esbuild.build({
  absWorkingDir: here,
  entryPoints: { page: "src/page.jsx" },
  outdir: "out",
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  format: "esm",
  target: ["chrome111", "firefox113", "safari16.4"],
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  legalComments: "none",
  plugins: [replaced],
});

/** The licence of every package of which something is in the bundle. */
function licences(inputs) {
  const packages = new Set();
  for (const input of Object.keys(inputs)) {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found) packages.add(found[1]);
  }
  const texts = [...packages].sort().map((folder) => {
    const about = JSON.parse(readFileSync(join(here, folder, "package.json"), "utf8"));
    const file = readdirSync(join(here, folder)).find((name) => /^licen[cs]e/i.test(name));
    const text = file ? readFileSync(join(here, folder, file), "utf8").trim() : `Licence: ${about.license}`;
    return `${about.name} ${about.version} (${about.license})\n\n${text}\n`;
  });
  return `The page to explore contains parts of these packages.\n\n${texts.join(`\n${"-".repeat(78)}\n\n`)}`;
}

const files = new Map(
  built.outputFiles.map((file) => [relative(join(here, "out"), file.path), Buffer.from(file.contents)]),
);
files.set("licences.txt", Buffer.from(licences(built.metafile.inputs)));
// As it is sent: compressed once, here, and not for every request. The level and no time stamp make it reproducible.
const packed = new Map([...files].map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes, { level: 9 })]));

/** Whether the compressed file that lies there holds these bytes. Compressors differ; contents must not. */
async function same(path, bytes) {
  const { gunzipSync } = await import("node:zlib");
  return existsSync(path) && gunzipSync(readFileSync(path)).equals(bytes);
}

if (process.argv.includes("--check")) {
  for (const [name, bytes] of files) {
    if (!(await same(join(target, `${name}.gz`), bytes))) {
      console.error(`${name}.gz is not what the sources make: npm ci && npm run build in api/explore`);
      process.exitCode = 1;
    }
  }
} else {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [name, bytes] of packed) writeFileSync(join(target, name), bytes);
  for (const [name, bytes] of files) {
    console.log(`${name.padEnd(14)} ${bytes.length} bytes, ${packed.get(`${name}.gz`).length} compressed`);
  }
}
if (process.argv.includes("--sizes")) {
  const output = Object.values(built.metafile.outputs).find((output) => output.entryPoint);
  const sizes = {};
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const found = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    const name = found ? found[1] : "own";
    sizes[name] = (sizes[name] ?? 0) + bytesInOutput;
  }
  console.table(Object.entries(sizes).sort((a, b) => b[1] - a[1]).slice(0, 25));
}
