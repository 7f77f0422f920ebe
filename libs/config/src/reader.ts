import { isIP } from 'node:net';

/** Raised at start when variables are missing or wrong: one line for each, with its name and the reason. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** `key` holds 32 bytes for AES-256-GCM; each ciphertext contains `id`. */
export interface EncryptionKey {
  readonly id: string;
  readonly key: Buffer;
}

export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
}

const multiples: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The milliseconds of a duration such as `500ms`, `30s`, `15m`, `12h` or `7d`; undefined if the text is none. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  const multiple = multiples[unit];
  return count === undefined || multiple === undefined ? undefined : Number(count) * multiple;
}

/** Reads variables one by one and collects all faults, so that an operator sees them at once. */
export class Reader {
  private readonly problems: string[] = [];

  constructor(private readonly environment: Readonly<Record<string, string | undefined>>) {}

  /** Throws ConfigError if any variable was wrong. */
  finish(): void {
    if (this.problems.length > 0) throw new ConfigError(this.problems);
  }

  text(name: string, fallback: string): string {
    return this.value(name) ?? fallback;
  }

  optional(name: string): string | undefined {
    return this.value(name);
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const value = this.value(name);
    if (value === undefined) return fallback;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    return this.wrong(name, `must be a whole number from ${min} to ${max}, not ${JSON.stringify(value)}`, fallback);
  }

  /** From 0 to 1. */
  ratio(name: string, fallback: number): number {
    const value = this.value(name);
    if (value === undefined) return fallback;
    if (/^(0(\.\d{1,9})?|1(\.0{1,9})?)$/.test(value)) return Number(value);
    return this.wrong(name, `must be a number from 0 to 1, not ${JSON.stringify(value)}`, fallback);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.value(name);
    if (value === undefined) return fallback;
    if (value === 'true' || value === 'false') return value === 'true';
    return this.wrong(name, `must be true or false, not ${JSON.stringify(value)}`, fallback);
  }

  choice<const T extends string>(name: string, fallback: T, choices: readonly T[]): T {
    const value = this.value(name);
    if (value === undefined) return fallback;
    const found = choices.find((choice) => choice === value);
    return found ?? this.wrong(name, `must be one of ${choices.join(', ')}, not ${JSON.stringify(value)}`, fallback);
  }

  /** A duration such as `500ms`, `30s`, `15m`, `12h` or `7d`, in milliseconds. */
  duration(name: string, fallback: number): number {
    const value = this.value(name);
    if (value === undefined) return fallback;
    const milliseconds = parseDuration(value);
    if (milliseconds !== undefined) return milliseconds;
    return this.wrong(name, `must be a span such as 30s, 12h or 7d, not ${JSON.stringify(value)}`, fallback);
  }

  /** A URL of one of `protocols` (such as `postgres:`). Messages never show its value: it may contain a password. */
  url(name: string, protocols: readonly string[]): string {
    const value = this.value(name);
    if (value === undefined) return this.wrong(name, 'is required', '');
    return this.checkedUrl(name, value, protocols);
  }

  optionalUrl(name: string, protocols: readonly string[]): string | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : this.checkedUrl(name, value, protocols);
  }

  /** Texts, comma separated, without empty ones. */
  list(name: string): string[] {
    const items = (this.value(name) ?? '').split(',').map((item) => item.trim());
    return items.filter((item) => item !== '');
  }

  /** URLs, comma separated; write a comma within a password as %2C. */
  urls(name: string, protocols: readonly string[]): readonly string[] {
    return Object.freeze(this.list(name).map((item) => this.checkedUrl(name, item, protocols)));
  }

  /** `host:port` */
  address(name: string): DatabaseAddress | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[^:\s/@]+):(\d{1,5})$/.exec(value) ?? [];
    if (host !== undefined && Number(port) >= 1 && Number(port) <= 65_535) {
      return Object.freeze({ host: host.replace(/^\[|\]$/g, ''), port: Number(port) });
    }
    return this.wrong(name, `must be host:port, not ${JSON.stringify(value)}`, undefined);
  }

  /** Addresses and CIDR ranges, comma separated. */
  networks(name: string): readonly string[] {
    const items = this.list(name);
    for (const item of items) {
      const [address = '', bits] = item.split('/');
      const family = isIP(address);
      const widest = family === 4 ? 32 : 128;
      const good = family !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest));
      if (!good)
        this.wrong(name, `holds ${JSON.stringify(item)}, which is neither an address nor a CIDR range`, undefined);
    }
    return Object.freeze(items);
  }

  /** Origins of web pages as browsers write them, such as `https://desk.example:8443`, comma separated. */
  origins(name: string): readonly string[] {
    const items = this.list(name);
    for (const item of items)
      if (!/^https?:\/\/[^*]+$/.test(item) || !URL.canParse(item) || new URL(item).origin !== item)
        this.wrong(
          name,
          `holds ${JSON.stringify(item)}, which is not an origin such as https://desk.example`,
          undefined,
        );
    return Object.freeze(items);
  }

  hostName(name: string, fallback: string): string {
    const value = (this.value(name) ?? fallback).toLowerCase();
    if (/^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/.test(value))
      return value;
    return this.wrong(name, `must be a host name, not ${JSON.stringify(value)}`, fallback);
  }

  /** `id:base64(32 bytes)`, comma separated, newest first. */
  encryptionKeys(name: string): readonly EncryptionKey[] {
    const value = this.value(name);
    if (value === undefined) return this.wrong(name, 'is required: id:base64(32 bytes), newest first', []);
    const keys = value.split(',').map((item) => {
      const [, id = '', encoded = ''] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(item) ?? [];
      return Object.freeze({ id, key: Buffer.from(encoded, 'base64') });
    });
    if (keys.some(({ id, key }) => id === '' || key.length !== 32)) {
      return this.wrong(name, 'must be id:base64(32 bytes), comma separated, newest first', []);
    }
    if (new Set(keys.map(({ id }) => id)).size < keys.length) return this.wrong(name, 'names an id twice', []);
    return Object.freeze(keys);
  }

  wrong<T>(name: string, reason: string, instead: T): T {
    this.problems.push(`${name} ${reason}`);
    return instead;
  }

  private value(name: string): string | undefined {
    const value = this.environment[name]?.trim();
    return value === '' ? undefined : value;
  }

  private checkedUrl(name: string, value: string, protocols: readonly string[]): string {
    const expected = protocols.map((protocol) => `${protocol}//`).join(' or ');
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (url === undefined || !protocols.includes(url.protocol) || url.hostname === '') {
      return this.wrong(name, `must be a URL that begins with ${expected}`, '');
    }
    return value;
  }
}
