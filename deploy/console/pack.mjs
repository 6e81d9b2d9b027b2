// Lists what was built for the server and puts packed twins beside what is worth packing.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const folder = new URL('./target/files', import.meta.url).pathname;
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const smallest = 1024;

function filesIn(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

function pack(path) {
  const content = readFileSync(path);
  const type = types[extname(path)];
  if (!type) {
    throw new Error(`no content type for ${path}`);
  }
  const encodings = content.length < smallest ? [] : ['br', 'gzip'];
  if (encodings.length > 0) {
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    writeFileSync(`${path}.br`, brotliCompressSync(content, { params }));
    writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
  const name = relative(folder, path).split('\\').join('/');
  return {
    path: name,
    type,
    digest: createHash('sha256').update(content).digest('hex').slice(0, 32),
    lasting: name.startsWith('assets/'),
    encodings,
  };
}

const files = filesIn(folder).sort().map(pack);
writeFileSync(join(folder, 'files.json'), JSON.stringify({ files }));

// What a browser fetches before the first page: what index.html names.
const index = readFileSync(join(folder, 'index.html'), 'utf8');
const first = files.filter((file) => file.path === 'index.html' || index.includes(`/${file.path}"`));
const weight = first.reduce(
  (sum, file) => sum + statSync(join(folder, file.path + (file.encodings.length > 0 ? '.gz' : ''))).size,
  0,
);
const limit = 500_000;
if (weight > limit) {
  throw new Error(`first load is ${weight} bytes compressed, more than ${limit}`);
}
console.log(`Console built: ${files.length} files, first load ${Math.round(weight / 1000)} kB compressed.`);
