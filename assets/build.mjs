// Bundle every top-level file of assets/src into app/web/static/dist, under names that change with their content.
// manifest.json maps each name (app.css, app.js, icons.svg, …) to the file that holds it; it is written last, so it
// doubles as the stamp of a finished build. Beside each file lie .br and .gz copies for servers that can send them.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { PurgeCSS } from "purgecss";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const SOURCE = join(ROOT, "assets", "src");
const DIST = join(ROOT, "app", "web", "static", "dist");
const ICONS = join(ROOT, "node_modules", "bootstrap-icons", "icons");

// Style sheets built on Tabler, of which only the rules for names found in pages, Python and scripts are kept.
// A name that is put together at run time is kept by writing it out in a comment of the template.
const CUT_TO_USE = new Set(["app.css"]);
const COMPRESSED = new Set([".js", ".css", ".svg"]);

const written = {};
const kept = new Set(["manifest.json"]);

async function filesUnder(folder, endings) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && endings.includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((path) => !path.startsWith(DIST))
    .sort();
}

async function pageTexts() {
  const paths = [
    ...(await filesUnder(join(ROOT, "app"), [".html", ".py", ".svg"])),
    ...(await filesUnder(SOURCE, [".js"])),
  ];
  return Promise.all(paths.map((path) => readFile(path, "utf8")));
}

async function write(name, content) {
  const bytes = Buffer.from(content);
  const ending = extname(name);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 10);
  const file = `${basename(name, ending)}-${hash}${ending}`;
  await keep(file, bytes);
  if (COMPRESSED.has(ending)) {
    await keep(`${file}.br`, brotliCompressSync(bytes));
    await keep(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
  written[name] = file;
}

async function keep(file, bytes) {
  await writeFile(join(DIST, file), bytes);
  kept.add(file);
}

async function bundle() {
  const entries = (await readdir(SOURCE, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && [".js", ".css"].includes(extname(entry.name)))
    .map((entry) => join(SOURCE, entry.name));
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: entries,
    outdir: DIST,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022", "chrome111", "firefox115", "safari16.4"],
    loader: { ".woff": "file", ".woff2": "file", ".ttf": "file", ".eot": "file", ".svg": "file" },
    assetNames: "[name]-[hash]",
    legalComments: "none",
    logLevel: "warning",
    write: false,
  });
  return result.outputFiles;
}

async function cutToUse(css, texts) {
  const [cut] = await new PurgeCSS().purge({
    css: [{ raw: css }],
    content: texts.map((raw) => ({ raw, extension: "html" })),
    safelist: { standard: ["html", "body"], greedy: [/data-bs-theme/] },
  });
  return cut.css;
}

async function writeBundles(texts) {
  const outputs = await bundle();
  const scripts = outputs.filter((output) => extname(output.path) === ".js").map((output) => output.text);
  for (const output of outputs) {
    const name = basename(output.path);
    const ending = extname(name);
    if (ending !== ".js" && ending !== ".css") {
      await keep(name, output.contents);
    } else if (CUT_TO_USE.has(name)) {
      await write(name, await cutToUse(output.text, [...texts, ...scripts]));
    } else {
      await write(name, output.contents);
    }
  }
}

// An icon is used where a page says bi-NAME or calls the macro icon("NAME"); the sprite holds those and no more.
async function writeIcons(texts) {
  const pattern = /\bbi-([a-z0-9]+(?:-[a-z0-9]+)*)|\bicon\(\s*["']([a-z0-9-]+)["']/g;
  const names = new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? match[2])));
  const symbols = await Promise.all([...names].sort().map(readIcon));
  await write("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

async function readIcon(name) {
  const drawing = await readFile(join(ICONS, `${name}.svg`), "utf8").catch(() => {
    throw new Error(`A page uses the icon "${name}", which Bootstrap Icons does not have.`);
  });
  const [, paths] = drawing.match(/<svg[^>]*>([\s\S]*)<\/svg>/);
  return `<symbol id="bi-${name}" viewBox="0 0 16 16">${paths.replace(/\s*\n\s*/g, "")}</symbol>`;
}

const texts = await pageTexts();
await mkdir(DIST, { recursive: true });
await writeBundles(texts);
await writeIcons(texts);
await writeFile(join(DIST, "manifest.json"), `${JSON.stringify(written, Object.keys(written).sort(), 2)}\n`);
// Only now: a server that runs beside the build goes on with the old files until the manifest names the new ones.
const old = (await readdir(DIST)).filter((file) => !kept.has(file));
await Promise.all(old.map((file) => rm(join(DIST, file), { recursive: true })));
