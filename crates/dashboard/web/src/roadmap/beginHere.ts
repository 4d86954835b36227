/** The field in which a dialog begins: the browser gives it the focus when the dialog opens. For `ref`. */
export function beginHere(field: HTMLElement | null): void {
  field?.setAttribute("autofocus", "");
}
