/**
 * Many rounds inside one Spark job: the tasks of a barrier stage keep their rows, and add up their sums among themselves, without
 * the driver.
 *
 * <p>Read {@link dev.adjoint.driver.resident.ResidentWork} first (what a task does, and who makes steps), then {@link
 * dev.adjoint.driver.resident.Exchange} (how tasks add) and {@link dev.adjoint.driver.resident.ResidentJob} (the job); {@code Post} is
 * the network between tasks, {@code Desk} is where they meet the driver.
 *
 * <p>Invariants. Sums follow the tree of shards, so their bits are those of a job a round. All tasks end a round with the same sum.
 * What the driver has changes only when all tasks came to their end: a stage that failed begins anew from the same.
 *
 * <p>Decisions.
 *
 * <ul>
 *   <li>A vector is cut into as many slices as there are tasks; each task adds one slice of all, and sends it to all. So each number
 *       travels twice whatever the number of tasks, and nobody waits for more than two messages one after the other. Two tasks send
 *       as much when each sends the other everything, and wait once; so do more with few numbers.
 *   <li>Every task has all parameters and makes the whole step, with the code that the driver would make it by. Set aside: a task
 *       makes its slice of the step and sends parameters. That moves the same bytes, and divides work that is a tenth of the exchange;
 *       but norms (clipping, rows of weights) would take exchanges of their own, and the step would be written twice.
 *   <li>A server a JVM, by {@code org.apache.spark.network}, with the settings, the authentication and the encryption of Spark's
 *       shuffle. That has a port of its own, as each executor's blocks have, since Spark's own servers take no messages of others;
 *       {@code spark.adjoint.port} says which.
 *   <li>A message bears a secret of its job, which the driver drew, so that what somebody else sends is refused where Spark does not
 *       authenticate. Its lengths are checked before memory is taken.
 *   <li>Tasks find each other by what their executors told the driver: in a job before the first, which waits for nobody. ({@code
 *       BarrierTaskContext.allGather} is for an executor that came since: whoever is not the last to come to it looks again after a
 *       whole second.) Each training begins anew: a letter that came before its JVM knew the secret would be refused, and be missing.
 *       What is known is forgotten where an executor cannot be reached: another may have got a lost one's address.
 *   <li>Tasks that came to an end stay for a tenth of a second: they ask the driver what is next, and go on if it says so, since the
 *       start of a job takes as long as an epoch of a small table (60 to 80 ms with two executors, half of which is the tasks'
 *       code on its way). Then the cores are anybody's, and at once where another job waits for them. Whoever stays has what it
 *       came to; from anything else, tasks begin in a new job.
 *   <li>What they bring goes to the driver's own port, in Spark's own messages, and not by the job's end: {@code Desk}.
 *   <li>What is large in the beginning is broadcast, and fetched by a task only that has not kept it from the job before.
 *   <li>Numbers are copied as seldom as can be: written into Netty's memory, and added in the array where the task's own sum stands
 *       (it makes no difference which of two numbers is added to the other). At 540,000 numbers copies were two thirds of an exchange.
 *       Reading a megabyte at once from a socket, instead of 64 kB, was no faster.
 *   <li>A job that fails is begun anew by the driver: Spark gives a barrier stage up whose results go to the driver, and runs only one
 *       again that writes a shuffle.
 *   <li>Who waits looks ten times a second whether Spark has killed the task: a task that fails, or an executor that is lost, fails the
 *       stage.
 * </ul>
 *
 * <p>It must not know networks, optimisers or epochs.
 */
@NullMarked
package dev.adjoint.driver.resident;

import org.jspecify.annotations.NullMarked;
