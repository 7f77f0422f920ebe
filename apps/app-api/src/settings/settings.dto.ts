import { OneOf } from '@helpdeskly/http';
import { ApiProperty } from '@nestjs/swagger';
import { SearchLanguage } from './search-languages.js';

const SearchIndexState = { CURRENT: 'CURRENT', REBUILDING: 'REBUILDING' } as const;

export class ChangeSettingsDto {
  @OneOf(SearchLanguage, { name: 'SearchLanguage', optional: true })
  readonly searchLanguage?: SearchLanguage;
}

/** What a helpdesk has chosen for itself. */
export class SettingsDto {
  @ApiProperty({
    enum: SearchLanguage,
    enumName: 'SearchLanguage',
    description: 'Whose forms of a word searches take for the same; `simple` takes words as they are.',
  })
  readonly searchLanguage!: SearchLanguage;
  @ApiProperty({
    enum: SearchIndexState,
    enumName: 'SearchIndexState',
    description: 'REBUILDING after a change: tickets that are not indexed anew yet are found by their former forms.',
  })
  readonly searchIndex!: keyof typeof SearchIndexState;
  @ApiProperty({ type: 'integer' })
  readonly version!: number;
}
