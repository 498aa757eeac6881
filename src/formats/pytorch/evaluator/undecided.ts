import { ModelError } from '../../../errors/index.ts'

/** What a program asks of values that only the data gives. Where it merely checks them, it is taken to find them right. */
export class UndecidedByData extends ModelError {}
