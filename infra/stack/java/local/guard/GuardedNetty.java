package local.guard;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.*;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.elasticsearch.ElasticsearchSecurityException;
import org.elasticsearch.common.network.NetworkService;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.common.ssl.SslConfiguration;
import org.elasticsearch.common.util.BigArrays;
import org.elasticsearch.common.util.PageCacheRecycler;
import org.elasticsearch.common.util.concurrent.ThreadContext;
import org.elasticsearch.http.HttpPreRequest;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.http.netty4.Netty4HttpServerTransport;
import org.elasticsearch.http.netty4.internal.HttpValidator;
import org.elasticsearch.indices.breaker.CircuitBreakerService;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.telemetry.tracing.Tracer;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.netty4.Netty4Plugin;
import org.elasticsearch.transport.netty4.SharedGroupFactory;
import org.elasticsearch.transport.netty4.TLSConfig;
import org.elasticsearch.xcontent.NamedXContentRegistry;

/** Elasticsearch's own HTTP, with TLS and one user where `guard.certificate` is set. A development stand-in for x-pack. */
public final class GuardedNetty extends Netty4Plugin {
    private static final Setting<String> CERTIFICATE = Setting.simpleString("guard.certificate", Setting.Property.NodeScope);
    private static final Setting<String> KEY = Setting.simpleString("guard.key", Setting.Property.NodeScope);
    private static final Setting<String> USER = Setting.simpleString("guard.user", Setting.Property.NodeScope); // a file: name:password

    @Override public List<Setting<?>> getSettings() {
        List<Setting<?>> all = new ArrayList<>(super.getSettings());
        all.addAll(List.of(CERTIFICATE, KEY, USER));
        return all;
    }

    @Override public Map<String, Supplier<HttpServerTransport>> getHttpTransports(Settings settings, ThreadPool threads, BigArrays arrays,
            PageCacheRecycler recycler, CircuitBreakerService breakers, NamedXContentRegistry contents, NetworkService network,
            HttpServerTransport.Dispatcher dispatcher, BiConsumer<HttpPreRequest, ThreadContext> perRequest, ClusterSettings cluster,
            Tracer tracer) {
        if (CERTIFICATE.get(settings).isEmpty()) {
            return super.getHttpTransports(settings, threads, arrays, recycler, breakers, contents, network, dispatcher, perRequest, cluster, tracer);
        }
        return Map.of(NETTY_HTTP_TRANSPORT_NAME, () -> new Netty4HttpServerTransport(settings, network, threads, contents, dispatcher, cluster,
                new SharedGroupFactory(settings), tracer, tls(settings), null, onlyTheUser(settings)) {
            @Override protected void populatePerRequestThreadContext(RestRequest request, ThreadContext context) {
                perRequest.accept(request.getHttpRequest(), context);
            }
        });
    }

    private static TLSConfig tls(Settings settings) {
        SslConfiguration known = new PemFiles(CERTIFICATE.get(settings), KEY.get(settings)).load(Path.of("/"));
        SSLContext context = known.createSslContext();
        String[] protocols = known.supportedProtocols().toArray(String[]::new);
        return new TLSConfig(known, (unused, host, port) -> {
            var engine = context.createSSLEngine();
            engine.setEnabledProtocols(protocols);
            return engine;
        });
    }

    private static HttpValidator onlyTheUser(Settings settings) {
        byte[] wanted = ("Basic " + Base64.getEncoder().encodeToString(read(USER.get(settings)))).getBytes(StandardCharsets.UTF_8);
        return (request, channel, listener) -> {
            String given = Objects.requireNonNullElse(request.headers().get(HttpHeaderNames.AUTHORIZATION), "");
            if (MessageDigest.isEqual(wanted, given.getBytes(StandardCharsets.UTF_8))) listener.onResponse(null);
            else listener.onFailure(new ElasticsearchSecurityException("unknown user or wrong password", RestStatus.UNAUTHORIZED));
        };
    }

    private static byte[] read(String file) {
        try { return Files.readAllBytes(Path.of(file)); } catch (IOException e) { throw new UncheckedIOException(e); }
    }
}
