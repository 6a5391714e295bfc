package local.guard;

import java.util.List;
import java.util.Map;
import org.elasticsearch.common.ssl.SslClientAuthenticationMode;
import org.elasticsearch.common.ssl.SslConfigurationLoader;

/** A certificate and its key as Elasticsearch's own TLS library reads them. */
final class PemFiles extends SslConfigurationLoader {
    private final Map<String, String> files;

    PemFiles(String certificate, String key) {
        super("guard.");
        files = Map.of("guard.certificate", certificate, "guard.key", key);
        setDefaultClientAuth(SslClientAuthenticationMode.NONE);
        setDefaultProtocols(List.of("TLSv1.3", "TLSv1.2"));
    }

    @Override protected boolean hasSettings(String prefix) { return true; }
    @Override protected String getSettingAsString(String key) { return files.get(key); }
    @Override protected char[] getSecureSetting(String key) { return null; }
    @Override protected List<String> getSettingAsList(String key) { return List.of(); }
}
