import { SigningPurpose } from '@helpdeskly/catalog';
import { FlagField, OneOf } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';

const encryptionKeyStates = ['STANDBY', 'SEALING', 'SUPERSEDED', 'RETIRED'] as const;
export type EncryptionKeyState = (typeof encryptionKeyStates)[number];

const signingKeyStates = ['ACTIVE', 'RETIRING', 'RETIRED'] as const;
export type SigningKeyState = (typeof signingKeyStates)[number];

/** An encryption key by its id; never the key. */
export class EncryptionKeyDto {
  @ApiProperty({ example: '2026-11' })
  id!: string;

  @ApiProperty({
    enum: encryptionKeyStates,
    enumName: 'EncryptionKeyState',
    description:
      'SEALING: everything is sealed with it. SUPERSEDED: what it sealed is being sealed anew. STANDBY: opens, and has not come first yet. RETIRED: was taken out of ENCRYPTION_KEYS.',
  })
  state!: EncryptionKeyState;

  @ApiProperty({ type: 'integer', description: 'How many secrets it still seals; with none left it can be taken out.' })
  secrets!: number;

  @ApiProperty({ description: 'Whether the process that answers has it in ENCRYPTION_KEYS.' })
  loaded!: boolean;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  sealingSince!: string | null;

  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  retiredAt!: string | null;
}

/** A key pair that signs access tokens. */
export class SigningKeyDto {
  @ApiProperty({ format: 'uuid' })
  kid!: string;

  @ApiProperty({ enum: SigningPurpose, enumName: 'SigningPurpose', description: 'Whose tokens it signs.' })
  purpose!: SigningPurpose;

  @ApiProperty({
    enum: signingKeyStates,
    enumName: 'SigningKeyState',
    description:
      'RETIRING: signs no more, and what it signed is valid to its end. RETIRED: worth nothing; it is removed within a day.',
  })
  state!: SigningKeyState;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    nullable: true,
    description: 'Until when what it signed can be valid.',
  })
  notAfter!: string | null;
}

/** The keys of the installation. */
export class KeysDto {
  @ApiProperty({ type: [EncryptionKeyDto], description: 'The newest first.' })
  encryption!: EncryptionKeyDto[];

  @ApiProperty({ type: [SigningKeyDto], description: 'The newest first.' })
  signing!: SigningKeyDto[];
}

export class RotateSigningKeysDto {
  @OneOf(SigningPurpose, { name: 'SigningPurpose', optional: true, description: 'Whose tokens; without it both.' })
  readonly purpose?: SigningPurpose;

  @FlagField({
    optional: true,
    description: 'Ends the former keys at once, and every access token with them; for a key that has leaked.',
  })
  readonly revoke?: boolean;
}
