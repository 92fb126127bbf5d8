/**
 * The settings of a training, as a table of keys.
 *
 * <p>Read {@link dev.adjoint.driver.settings.Keys} (the table) and {@link dev.adjoint.driver.settings.Settings} (a value for
 * each). Job files, {@code --set}, {@code --help-config}, the page of keys and the identity of a resumed training are made of or
 * tested against the table.
 *
 * <p>Invariant: a default stands in the table and nowhere else.
 *
 * <p>Decision: settings are a map with typed keys, and no records of many components: a record needs its constructor's order, a
 * copy method a component, a reader and a printer, and every new key touched seven files. {@code
 * settings.with(Keys.EPOCHS, 10)} is checked by the compiler all the same.
 *
 * <p>It must not know job files' syntax, nor how a training runs.
 */
@NullMarked
package dev.adjoint.driver.settings;

import org.jspecify.annotations.NullMarked;
