export { ERROR_CODES, type ErrorCode } from './codes.ts'
export { type ErrorDetails, formatWhere, ModelError, type Where } from './model-error.ts'
export { nearest } from './nearest.ts'
export { isOutOfRoom } from './out-of-room.ts'
