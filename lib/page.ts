import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  Distribution,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { HouseBucket } from './constructs/bucket.ts';

export interface PageProps {
  /** Address of the page, and the certificate for it (us-east-1); without them CloudFront's own address serves. */
  readonly own?: { readonly webUrl: string; readonly certificateArn: string } | undefined;
  /** Origins the page signs in at. */
  readonly talksTo: readonly string[];
}

/** The page on which subscribers manage what they get: files in a bucket, served by CloudFront. */
export class Page extends Construct {
  /** No trailing slash. */
  readonly webUrl: string;

  constructor(scope: Construct, id: string, { own, talksTo }: PageProps) {
    super(scope, id);
    const { bucket } = new HouseBucket(this, 'Files');
    const headers = new ResponseHeadersPolicy(this, 'Headers', {
      securityHeadersBehavior: {
        contentSecurityPolicy: {
          contentSecurityPolicy: [
            "default-src 'self'",
            "img-src 'self' blob: data:",
            "style-src 'self' 'unsafe-inline'",
            // The name of the API is known only when the page is: publish-page.ts adds it to the page itself.
            `connect-src 'self' https://*.execute-api.${Stack.of(this).region}.amazonaws.com ${talksTo.join(' ')}`,
            "frame-ancestors 'none'",
            "base-uri 'none'",
          ].join('; '),
          override: true,
        },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
    });
    const distribution = new Distribution(this, 'Distribution', {
      defaultRootObject: 'index.html',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(bucket as IBucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: headers,
      },
      // The page finds its own way from any address below it.
      errorResponses: [403, 404].map((httpStatus) => ({
        httpStatus,
        responseHttpStatus: 200,
        responsePagePath: '/index.html',
        ttl: Duration.seconds(0),
      })),
      ...(own && {
        domainNames: [new URL(own.webUrl).hostname],
        minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
        certificate: Certificate.fromCertificateArn(this, 'Certificate', own.certificateArn),
      }),
    });
    Validations.of(distribution).acknowledge(
      { id: 'AwsSolutions::AwsSolutions-CFR1', reason: 'The page is for subscribers wherever they are.' },
      {
        id: 'AwsSolutions::AwsSolutions-CFR2',
        reason: 'Static files only; the API, which has something to lose, is throttled by itself.',
      },
      {
        id: 'AwsSolutions::AwsSolutions-CFR3',
        reason: "Who looks at a page is nobody's business; the API logs what is done.",
      },
      ...(own
        ? []
        : [
            {
              id: 'AwsSolutions::AwsSolutions-CFR4',
              reason: "CloudFront's own certificate; an address of one's own has TLS 1.2 as its least.",
            },
          ]),
    );
    this.webUrl = own?.webUrl ?? `https://${distribution.distributionDomainName}`;
    new CfnOutput(this, 'WebUrl', { value: this.webUrl, description: 'Where subscribers manage what they get' });
    new CfnOutput(this, 'DistributionDomain', {
      value: distribution.distributionDomainName,
      description: own ? `To be added to the DNS: ${new URL(own.webUrl).hostname} CNAME this` : 'CloudFront',
    });
    new CfnOutput(this, 'Region', { value: Stack.of(this).region, description: 'Where the bucket is' });
    new CfnOutput(this, 'PageBucket', { value: bucket.bucketName, description: 'Files of the page' });
  }
}
