/**
 * Trainings in Spark's web UI: the tab <i>Training</i>, while they run, and in the history server when they are over.
 *
 * <p>Read {@link dev.adjoint.driver.ui.TrainingReporter} (a listener that posts events to Spark's listener bus, and so into the event
 * log), {@link dev.adjoint.driver.ui.TrainingRuns} (keeps what the events say in the store of the UI), {@link
 * dev.adjoint.driver.ui.TrainingTab} and {@link dev.adjoint.driver.ui.TrainingHtml} (shows it).
 *
 * <p>Invariant: the tab shows what events said, and nothing else, so that a running application and the history server show the same.
 *
 * <p>Decision: pictures are drawn here, as SVG within the page; the script only fetches the newer page and puts it in place, so that a
 * browser without scripts shows everything, too.
 */
@NullMarked
package dev.adjoint.driver.ui;

import org.jspecify.annotations.NullMarked;
