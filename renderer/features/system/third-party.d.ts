/** Made while the pages are built, by `main/desktop/packaging/third-party-licences.ts`. */
declare module 'virtual:third-party-licences' {
  interface ThirdPartyPackage {
    readonly name: string;
    readonly version: string;
    /** As the package names it: `MIT`. */
    readonly licence: string;
    /** Place in `texts`; null where the package brings none. */
    readonly text: number | null;
  }
  const licences: { readonly packages: readonly ThirdPartyPackage[]; readonly texts: readonly string[] };
  export default licences;
}
