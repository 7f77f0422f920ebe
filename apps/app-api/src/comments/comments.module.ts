import { Module } from '@nestjs/common';
import { CommentsController } from './comments.controller.js';
import { CommentRedactions } from './comment-redactions.service.js';
import { Comments } from './comments.service.js';
import { Replies } from './replies.service.js';

/** Comments of tickets. */
@Module({ controllers: [CommentsController], providers: [CommentRedactions, Comments, Replies] })
export class CommentsModule {}
