import { Global, Module } from '@nestjs/common';
import { SearchIndex } from './search-index.js';

/** Keeps what searches read in the language of each helpdesk. */
@Global()
@Module({ providers: [SearchIndex], exports: [SearchIndex] })
export class SearchIndexModule {}
