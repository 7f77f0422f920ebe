import { ControlDatabase, Secrets, type EncryptionKey, type SigningKey } from '@helpdeskly/catalog';
import { Injectable } from '@nestjs/common';
import { countKeysInUse, sealingKey } from './encryption-keys.js';
import type { EncryptionKeyDto, EncryptionKeyState, KeysDto, SigningKeyDto, SigningKeyState } from './keys.dto.js';

/** Lists the keys' ids and states, and never a key. */
@Injectable()
export class Keys {
  constructor(
    private readonly control: ControlDatabase,
    private readonly secrets: Secrets,
  ) {}

  async report(): Promise<KeysDto> {
    const { signingKey } = this.control.client;
    const signing = await signingKey.findMany({ orderBy: [{ createdAt: 'desc' }, { kid: 'desc' }] });
    return { encryption: await this.encryptionKeys(), signing: signing.map((row) => viewSigningKey(row)) };
  }

  private async encryptionKeys(): Promise<EncryptionKeyDto[]> {
    const { client } = this.control;
    const rows = await client.encryptionKey.findMany({ orderBy: { sealingSince: 'desc' } });
    const secrets = new Map((await countKeysInUse(this.control)).map(({ id, count }) => [id, count]));
    const sealing = await sealingKey(client);
    const ids = new Set([...this.secrets.keyIds, ...secrets.keys(), ...rows.map(({ id }) => id)]);
    return [...ids]
      .map((id) => {
        const row = rows.find((known) => known.id === id);
        const count = secrets.get(id) ?? 0;
        return {
          id,
          state: id === sealing ? ('SEALING' as const) : stateOf(row, count),
          secrets: count,
          loaded: this.secrets.keyIds.includes(id),
          sealingSince: row?.sealingSince.toISOString() ?? null,
          retiredAt: row?.retiredAt?.toISOString() ?? null,
        };
      })
      .sort((a, b) => compare(b.sealingSince ?? '', a.sealingSince ?? '') || compare(a.id, b.id));
  }
}

function stateOf(row: EncryptionKey | undefined, secrets: number): EncryptionKeyState {
  if (row !== undefined && row.retiredAt !== null) return 'RETIRED';
  return row === undefined && secrets === 0 ? 'STANDBY' : 'SUPERSEDED';
}

function viewSigningKey({ kid, purpose, createdAt, notAfter }: SigningKey): SigningKeyDto {
  return {
    kid,
    purpose,
    state: signingState(notAfter),
    createdAt: createdAt.toISOString(),
    notAfter: notAfter?.toISOString() ?? null,
  };
}

function signingState(notAfter: Date | null): SigningKeyState {
  if (notAfter === null) return 'ACTIVE';
  return notAfter.getTime() > Date.now() ? 'RETIRING' : 'RETIRED';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
