/** `GET /addresses?address=…`: where an old address leads by what is stored. */
export interface AddressAnswer {
  /** Path and query, without the prefix of the installation; null when the address stands for itself. */
  readonly to: string | null;
}
