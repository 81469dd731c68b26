const initial = fractions(8, Math.sqrt);
const rounds = fractions(64, Math.cbrt);
const blockBytes = 64;

/** The SHA-256 of a text, in hexadecimal. The workflow sandbox has no `node:crypto`. */
export function sha256(text: string): string {
  const data = padded(new TextEncoder().encode(text));
  const hash = Uint32Array.from(initial);
  for (let offset = 0; offset < data.byteLength; offset += blockBytes) addBlock(hash, data, offset);
  return [...hash].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** The message, a one bit, zeros, and the message's length in bits: whole blocks. */
function padded(message: Uint8Array): DataView {
  const lengthBytes = 8;
  const blocks = Math.ceil((message.length + 1 + lengthBytes) / blockBytes);
  const bytes = new Uint8Array(blocks * blockBytes);
  bytes.set(message);
  bytes[message.length] = 0x80;
  const view = new DataView(bytes.buffer);
  view.setBigUint64(bytes.length - lengthBytes, BigInt(message.length) * 8n);
  return view;
}

function addBlock(hash: Uint32Array, data: DataView, offset: number): void {
  const words = new Uint32Array(64);
  const word = (index: number) => words[index] ?? 0;
  for (let i = 0; i < 64; i++)
    words[i] =
      i < 16
        ? data.getUint32(offset + i * 4)
        : word(i - 16) +
          (rotate(word(i - 15), 7) ^ rotate(word(i - 15), 18) ^ (word(i - 15) >>> 3)) +
          word(i - 7) +
          (rotate(word(i - 2), 17) ^ rotate(word(i - 2), 19) ^ (word(i - 2) >>> 10));
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let i = 0; i < 64; i++) {
    const mixed = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const one = h + mixed + ((e & f) ^ (~e & g)) + (rounds[i] ?? 0) + word(i);
    const two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    [a, b, c, d, e, f, g, h] = [(one + two) >>> 0, a, b, c, (d + one) >>> 0, e, f, g];
  }
  for (const [i, value] of [a, b, c, d, e, f, g, h].entries()) hash[i] = (hash[i] ?? 0) + value;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** The first 32 bits of the fractions of the roots of the first primes: SHA-256's constants. */
function fractions(count: number, root: (prime: number) => number): readonly number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  return primes.map((prime) => Math.floor((root(prime) % 1) * 2 ** 32));
}
