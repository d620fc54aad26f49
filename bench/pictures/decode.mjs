// Decoding and a first measure in Node, for speed.py: sharp (libvips) to RGB, then the Laplacian's spread at 1200 pixels.
// Reads names of files from standard input; answers milliseconds for each, and at the end the peak memory in MB.
import { createInterface } from "node:readline";
import sharp from "sharp";

sharp.concurrency(1);
sharp.cache(false);
for await (const file of createInterface({ input: process.stdin })) {
    const begun = performance.now();
    const { data, info } = await sharp(file).resize(1200, 1200, { fit: "inside", withoutEnlargement: true }).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const laplacian = { width: 3, height: 3, kernel: [0, 1, 0, 1, -4, 1, 0, 1, 0], offset: 128 };
    const edges = await sharp(data, { raw: info }).greyscale().convolve(laplacian).raw().toBuffer();
    await sharp(edges, { raw: { width: info.width, height: info.height, channels: 1 } }).stats();
    if (data.length === 0) throw new Error("nothing decoded");
    console.log(performance.now() - begun);
}
console.log(process.resourceUsage().maxRSS / 1024);
