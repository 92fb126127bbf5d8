package dev.adjoint.bench;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/** How much of the heap is in use after garbage collections. */
final class HeapMeter implements NotificationListener {
    private final Set<String> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getName)
            .collect(Collectors.toSet());

    private Peak peak = Peak.NONE;

    /**
     * The most bytes in use.
     *
     * @param afterAny collection, with garbage that only a full one finds; 0 if there was none
     * @param afterFull ones, which is what was reachable then; 0 if there was none
     * @param full how many of them there were
     */
    record Peak(long afterAny, long afterFull, int full) {
        private static final Peak NONE = new Peak(0, 0, 0);

        private Peak after(long used, boolean isFull) {
            return new Peak(
                    Math.max(afterAny, used), isFull ? Math.max(afterFull, used) : afterFull, isFull ? full + 1 : full);
        }
    }

    private HeapMeter() {}

    /** Watches this JVM until it ends. */
    static HeapMeter start() {
        HeapMeter meter = new HeapMeter();
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            ((NotificationEmitter) collector).addNotificationListener(meter, null, null);
        }
        return meter;
    }

    @Override
    public synchronized void handleNotification(Notification notification, Object handback) {
        if (notification.getUserData() instanceof CompositeData data
                && notification.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            GarbageCollectionNotificationInfo info = GarbageCollectionNotificationInfo.from(data);
            long used = info.getGcInfo().getMemoryUsageAfterGc().entrySet().stream()
                    .filter(pool -> pools.contains(pool.getKey()))
                    .mapToLong(pool -> pool.getValue().getUsed())
                    .sum();
            peak = peak.after(used, info.getGcAction().equals("end of major GC"));
        }
    }

    /** The peak since the last call. */
    synchronized Peak take() {
        Peak taken = peak;
        peak = Peak.NONE;
        return taken;
    }
}
